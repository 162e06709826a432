package dev.tidewatch.routefiles.test;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.joran.spi.JoranException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Captures the log lines of routes in the format of the application. */
final class CapturedLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private static final String ROUTE_ID = "camel.routeId";

    private final Logger root;
    private final Encoder<ILoggingEvent> encoder;
    private final ObjectMapper json;
    private final List<JsonNode> written = new CopyOnWriteArrayList<>();
    private volatile Set<String> routes = Set.of();

    private CapturedLines(LoggerContext context, ObjectMapper json) {
        setContext(context);
        this.json = json;
        this.root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        this.encoder = encoder();
    }

    /** Captures lines until it is closed. */
    static CapturedLines open(ObjectMapper json) {
        CapturedLines lines = new CapturedLines((LoggerContext) LoggerFactory.getILoggerFactory(), json);
        lines.start();
        lines.root.addAppender(lines);
        return lines;
    }

    /** The encoder of the application's log configuration. */
    private static Encoder<ILoggingEvent> encoder() {
        LoggerContext application = new LoggerContext();
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(application);
        try {
            configurator.doConfigure(CapturedLines.class.getResource("/logback-spring.xml"));
        } catch (JoranException e) {
            throw new IllegalStateException("The log configuration cannot be read", e);
        }
        return ((OutputStreamAppender<ILoggingEvent>) application.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stdout")).getEncoder();
    }

    /** Discards the captured lines, and captures those of these routes. */
    void restart(Set<String> ids) {
        written.clear();
        routes = ids;
    }

    /** The lines since the last restart. */
    List<JsonNode> written() {
        return List.copyOf(written);
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (routes.contains(event.getMDCPropertyMap().getOrDefault(ROUTE_ID, "")) && !event.getLoggerName().startsWith("org.apache.")) {
            try {
                written.add(json.readTree(encoder.encode(event)));
            } catch (IOException e) {
                throw new UncheckedIOException("A log line is not valid JSON", e);
            }
        }
    }

    @Override
    public void close() {
        root.detachAppender(this);
        stop();
    }
}

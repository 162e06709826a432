package dev.tidewatch.support;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.joran.spi.JoranException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/** The application's log lines, as its encoder writes them to stdout. */
public final class CapturedLog extends AppenderBase<ILoggingEvent> {

    private static final Set<CapturedLog> OPEN = ConcurrentHashMap.newKeySet();

    private final ObjectMapper json = new ObjectMapper();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private final Encoder<ILoggingEvent> encoder;

    private CapturedLog(LoggerContext context) {
        setContext(context);
        Appender<ILoggingEvent> stdout = context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stdout");
        encoder = ((OutputStreamAppender<ILoggingEvent>) stdout).getEncoder();
    }

    /** Starts capturing. */
    public static CapturedLog open() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        if (context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stdout") == null) {
            configure(context);
        }
        CapturedLog log = new CapturedLog(context);
        log.attach();
        OPEN.add(log);
        return log;
    }

    /** Configures logging as Spring does, for tests without Spring. */
    private static void configure(LoggerContext context) {
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        context.reset();
        try {
            configurator.doConfigure(CapturedLog.class.getResource("/logback-spring.xml"));
        } catch (JoranException e) {
            throw new IllegalStateException(e);
        }
    }

    private void attach() {
        Logger root = ((LoggerContext) context).getLogger(Logger.ROOT_LOGGER_NAME);
        if (!root.isAttached(this)) {
            start();
            root.addAppender(this);
        }
    }

    /**
     * Continues after another application has reconfigured logging, as Spring Boot does at the start of an application. Registered in
     * {@code META-INF/spring.factories}.
     */
    static final class Reattach implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

        @Override
        public void onApplicationEvent(ApplicationEnvironmentPreparedEvent configured) {
            OPEN.forEach(CapturedLog::attach);
        }

        @Override
        public int getOrder() {
            return Ordered.LOWEST_PRECEDENCE;
        }
    }

    /** Stops capturing. */
    public void close() {
        OPEN.remove(this);
        ((LoggerContext) context).getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(this);
        stop();
    }

    @Override
    protected void append(ILoggingEvent event) {
        String line = new String(encoder.encode(event), StandardCharsets.UTF_8);
        lines.add(line);
        watches.removeIf(watch -> watch.fits().test(read(line)) && watch.seen().complete(System.nanoTime()));
    }

    /** The time ({@link System#nanoTime()}) at which the next matching line is written. */
    public CompletableFuture<Long> next(Predicate<JsonNode> fits) {
        Watch watch = new Watch(fits, new CompletableFuture<>());
        watches.add(watch);
        return watch.seen();
    }

    private record Watch(Predicate<JsonNode> fits, CompletableFuture<Long> seen) {
    }

    /** The lines so far, as text. */
    public List<String> texts() {
        return List.copyOf(lines);
    }

    /** The matching lines so far. */
    public List<JsonNode> lines(Predicate<JsonNode> fits) {
        return lines.stream().map(this::read).filter(fits).toList();
    }

    /** Waits for the number of matching lines, and returns them. */
    public List<JsonNode> await(int count, Predicate<JsonNode> fits) {
        return Awaitility.await().pollInterval(Duration.ofMillis(20))
                .until(() -> lines(fits), found -> found.size() >= count);
    }

    /** Waits for the first matching line. */
    public JsonNode await(Predicate<JsonNode> fits) {
        return await(1, fits).get(0);
    }

    /** Matches lines whose field has the value, as text. */
    public static Predicate<JsonNode> where(String field, Object value) {
        return line -> line.path(field).asText().equals(String.valueOf(value));
    }

    private JsonNode read(String line) {
        try {
            return json.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError("Not JSON: " + line, e);
        }
    }
}

package dev.tidewatch.bench;

import dev.tidewatch.Tidewatch;
import dev.tidewatch.login.Passwords;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.CapturedLog;
import dev.tidewatch.support.TestStack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Prints the figures of docs/operate/benchmarks.md: {@code mvn spring-boot:test-run
 * -Dspring-boot.run.main-class=dev.tidewatch.bench.Benchmark}. It runs the application with its embedded stack in this process, on free
 * ports and in a directory of its own.
 */
public final class Benchmark {

    private static final Logger log = LoggerFactory.getLogger(Benchmark.class);

    private Benchmark() {
    }

    /**
     * Prints all figures, or the named ones: {@code consumers}, {@code changes}, {@code logins}, {@code timing}, {@code flood},
     * {@code routes}, {@code stream}, {@code records}.
     */
    public static void main(String[] arguments) throws Exception {
        Set<String> wanted = arguments.length == 0
                ? Set.of("consumers", "changes", "logins", "timing", "flood", "routes", "stream", "records")
                : Set.of(arguments);
        SpringApplicationBuilder application = new SpringApplicationBuilder(Tidewatch.class)
                .initializers(new TestStack(), context -> TestPropertyValues
                        // The defaults; TestStack sets others.
                        .of("tidewatch.live.clients=500", "tidewatch.live.heartbeat-every=15s", "tidewatch.live.check-every=5s")
                                .applyTo(context));
        try (ConfigurableApplicationContext context = application.run("--server.port=0", "--management.server.port=0",
                // The default; TestStack sets a longer one.
                "--tidewatch.login.queue=16")) {
            String address = "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
            List<String> figures = new ArrayList<>();
            if (wanted.contains("consumers")) {
                // First, because captured lines stay in memory.
                figures.addAll(new ConsumerThroughput(context).measure());
            }
            if (wanted.contains("changes")) {
                CapturedLog lines = CapturedLog.open();
                figures.add(new ChangeLatency(context.getBean(JdbcTemplate.class), lines).measure());
                lines.close();
            }
            if (wanted.contains("records")) {
                CapturedLog lines = CapturedLog.open();
                figures.addAll(new RecordLatency(context.getBean(CamelContext.class),
                        context.getEnvironment().getRequiredProperty("camel.component.kafka.brokers"), lines).measure());
                lines.close();
            }
            if (wanted.contains("logins")) {
                figures.add(new LoginThroughput(new Api(address), context.getBean(Passwords.class)).measure());
            }
            if (wanted.contains("timing")) {
                figures.addAll(new LoginTiming(new Api(address), context.getBean(JdbcTemplate.class)).measure());
            }
            if (wanted.contains("flood")) {
                figures.addAll(new LoginFlood(address, context.getBean(Passwords.class)).measure());
            }
            if (wanted.contains("routes")) {
                CapturedLog lines = CapturedLog.open();
                figures.addAll(new RouteReload(Path.of(context.getEnvironment().getRequiredProperty("tidewatch.routes.folder")), lines,
                        context.getEnvironment().getRequiredProperty("camel.component.kafka.brokers")).measure());
                lines.close();
            }
            if (wanted.contains("stream")) {
                figures.add(new StreamLatency(address, context.getEnvironment().getRequiredProperty("camel.component.kafka.brokers"))
                        .measure());
            }
            figures.forEach(Benchmark.log::info);
        }
    }
}

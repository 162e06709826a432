package dev.tidewatch.bench;

import dev.tidewatch.Tidewatch;
import dev.tidewatch.login.Passwords;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.CapturedLog;
import dev.tidewatch.support.TestStack;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Prints the figures of docs/benchmarks.md: {@code mvn spring-boot:test-run -Dspring-boot.run.main-class=dev.tidewatch.bench.Benchmark}.
 * It runs the application with its embedded surroundings in this process, on free ports and in a directory of its own.
 */
public final class Benchmark {

    private static final Logger log = LoggerFactory.getLogger(Benchmark.class);

    private Benchmark() {
    }

    public static void main(String[] arguments) throws Exception {
        SpringApplicationBuilder application = new SpringApplicationBuilder(Tidewatch.class)
                .initializers(new TestStack());
        try (ConfigurableApplicationContext context = application.run("--server.port=0", "--management.server.port=0")) {
            // First, because captured lines stay in memory.
            List<String> consumers = new ConsumerThroughput(context).measure();
            CapturedLog lines = CapturedLog.open();
            Api api = new Api("http://localhost:" + context.getEnvironment().getProperty("local.server.port"));
            lines.await(line -> line.path("message").asText().startsWith("Tidewatch is ready"));

            String changes = new ChangeLatency(context.getBean(JdbcTemplate.class), lines).measure();
            lines.close();
            String logins = new LoginThroughput(api, context.getBean(Passwords.class)).measure();

            consumers.forEach(Benchmark.log::info);
            Benchmark.log.info(changes);
            Benchmark.log.info(logins);
        }
    }
}

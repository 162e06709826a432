package dev.tidewatch.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/** Starts Spring Boot applications with this module on the class path. */
@ExtendWith(OutputCaptureExtension.class)
class EmbeddedStackInitializerIT {

    private static final String STARTED = "Kafka listens on";

    @TempDir
    private static Path directory;

    private static ConfigurableApplicationContext run(Class<?> application, String... more) {
        SpringApplication spring = new SpringApplication(application);
        spring.setWebApplicationType(WebApplicationType.NONE);
        List<String> arguments = new ArrayList<>(List.of("--tidewatch.embedded.directory=" + directory,
            "--tidewatch.embedded.database.port=0", "--tidewatch.embedded.broker.port=0", "--spring.main.banner-mode=off"));
        arguments.addAll(List.of(more));
        return spring.run(arguments.toArray(String[]::new));
    }

    @Configuration(proxyBeanMethods = false)
    static class Application {

        @Bean
        LastWork lastWork(ConfigurableEnvironment environment) {
            return new LastWork(environment);
        }
    }

    /** Uses the database while the application stops. */
    static final class LastWork implements DisposableBean {

        private final ConfigurableEnvironment environment;
        private boolean done;

        LastWork(ConfigurableEnvironment environment) {
            this.environment = environment;
        }

        @Override
        public void destroy() throws Exception {
            String url = "jdbc:mysql://" + environment.getProperty("TIDB_HOST") + ":" + environment.getProperty("TIDB_PORT") + "/"
                + environment.getProperty("TIDB_DATABASE") + "?createDatabaseIfNotExist=true";
            try (Connection connection = DriverManager.getConnection(url, environment.getProperty("TIDB_USER"),
                environment.getProperty("TIDB_PASSWORD"))) {
                done = connection.isValid(1);
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class BrokenApplication {

        @Bean
        String broken() {
            throw new IllegalStateException("broken on purpose");
        }
    }

    @Test
    void setsTheApplicationsSettingsAndStopsAfterIt() throws Exception {
        ConfigurableApplicationContext context = run(Application.class, "--tidewatch.embedded.broker.settings.num.partitions=2");
        LastWork work = context.getBean(LastWork.class);
        EmbeddedStack stack = context.getBean(EmbeddedStack.class);
        assertThat(context.getEnvironment().getProperty("KAFKA_BROKERS")).isEqualTo(stack.broker().bootstrapServers());
        assertThat(context.getEnvironment().getProperty("tidewatch.changefeed.name")).startsWith("embedded (Debezium 3.4");
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.broker().bootstrapServers()))) {
            Config settings = admin.describeConfigs(Set.of(broker)).values().get(broker).get();
            assertThat(settings.get("num.partitions").value()).isEqualTo("2");
        }
        context.close();
        assertThat(work.done).as("database available while the application stops").isTrue();
        assertStopped();
    }

    @Test
    void stopsWhenABeanFails(CapturedOutput output) {
        assertThatThrownBy(() -> run(BrokenApplication.class)).hasStackTraceContaining("broken on purpose");
        assertThat(output).contains(STARTED);
        assertStopped();
    }

    @Test
    void stopsWhenTheApplicationFailsBeforeItHasBeans(CapturedOutput output) {
        assertThatThrownBy(() -> run(Application.class, "--spring.main.sources=no.such.Class")).hasStackTraceContaining("no.such.Class");
        assertThat(output).contains(STARTED);
        assertStopped();
    }

    @Test
    void reportsAnUnsupportedPlatformWithoutAStackTrace(CapturedOutput output) {
        String cpu = System.setProperty("os.arch", "riscv64");
        try {
            assertThatThrownBy(() -> run(NoBeans.class)).isInstanceOf(IllegalStateException.class);
        } finally {
            System.setProperty("os.arch", cpu);
        }
        assertThat(output).contains("this is Linux on riscv64. Run `docker compose up --build` instead.")
            .doesNotContain("\tat ", EmbeddedStackException.class.getSimpleName(), STARTED);
    }

    @Test
    void doesNotStartWhenDisabled() {
        try (ConfigurableApplicationContext context = run(NoBeans.class, "--tidewatch.embedded.enabled=false")) {
            assertThat(context.getBeansOfType(EmbeddedStack.class)).isEmpty();
            assertThat(context.getEnvironment().containsProperty("TIDB_PORT")).isFalse();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class NoBeans {
    }

    @Test
    void replacesABusyHttpPortUnlessTheUserSetsIt() throws Exception {
        boolean mine = LocalPorts.isFree(8080);
        try (ServerSocket busy = mine ? new ServerSocket(8080) : new ServerSocket(0)) {
            try (ConfigurableApplicationContext context = run(NoBeans.class)) {
                assertThat(context.getEnvironment().getProperty("PORT", Integer.class)).isNotNull().isNotEqualTo(8080);
            }
            try (ConfigurableApplicationContext context = run(NoBeans.class, "--server.port=8080")) {
                assertThat(context.getEnvironment().containsProperty("PORT")).isFalse();
            }
        }
    }

    /** The lock is released, and the pid file of the database deleted. */
    private static void assertStopped() {
        StateDirectory.open(directory).close();
        assertThat(Files.exists(directory.resolve("database/mariadbd.pid"))).isFalse();
    }
}

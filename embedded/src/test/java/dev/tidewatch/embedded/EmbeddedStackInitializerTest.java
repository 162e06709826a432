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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/** A Spring Boot application with this module on its class path. */
class EmbeddedStackInitializerTest {

    @TempDir
    private static Path directory;

    private static ConfigurableApplicationContext run(Class<?> application, String... more) {
        SpringApplication spring = new SpringApplication(application);
        spring.setWebApplicationType(WebApplicationType.NONE);
        List<String> arguments = new ArrayList<>(List.of("--tidewatch.embedded.directory=" + directory, "--tidewatch.embedded.database.port=0",
            "--tidewatch.embedded.broker.port=0", "--spring.main.banner-mode=off"));
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

    /** What an application still does with its database while it stops. */
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
            try (Connection connection = DriverManager.getConnection(url, environment.getProperty("TIDB_USER"), environment.getProperty("TIDB_PASSWORD"))) {
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
    void givesTheApplicationItsSettingsAndEndsAfterIt() {
        ConfigurableApplicationContext context = run(Application.class);
        LastWork work = context.getBean(LastWork.class);
        EmbeddedStack stack = context.getBean(EmbeddedStack.class);
        assertThat(context.getEnvironment().getProperty("KAFKA_BROKERS")).isEqualTo(stack.broker().bootstrapServers());
        assertThat(context.getEnvironment().getProperty("tidewatch.changefeed.name")).startsWith("embedded (Debezium 3.4");
        context.close();
        assertThat(work.done).as("the database was still there while the application stopped").isTrue();
        assertStopped();
    }

    @Test
    void endsWithAnApplicationThatDoesNotStart() {
        assertThatThrownBy(() -> run(BrokenApplication.class)).hasStackTraceContaining("broken on purpose");
        assertStopped();
    }

    @Test
    void endsWithAnApplicationThatFailsBeforeItsBeansExist() {
        assertThatThrownBy(() -> run(Application.class, "--spring.main.sources=no.such.Class")).isInstanceOf(Exception.class);
        assertStopped();
    }

    @Test
    void staysAwayWhenItIsNotEnabled() {
        try (ConfigurableApplicationContext context = run(NoBeans.class, "--tidewatch.embedded.enabled=false")) {
            assertThat(context.getBeansOfType(EmbeddedStack.class)).isEmpty();
            assertThat(context.getEnvironment().containsProperty("TIDB_PORT")).isFalse();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class NoBeans {
    }

    @Test
    void replacesABusyHttpPortUnlessTheUserChoseIt() throws Exception {
        boolean mine = LocalPorts.isFree(8080);
        try (ServerSocket busy = mine ? new ServerSocket(8080) : new ServerSocket(0)) {
            try (ConfigurableApplicationContext context = run(NoBeans.class)) {
                assertThat(context.getEnvironment().getProperty("PORT", Integer.class)).isNotEqualTo(8080);
            }
            try (ConfigurableApplicationContext context = run(NoBeans.class, "--server.port=8080")) {
                assertThat(context.getEnvironment().containsProperty("PORT")).isFalse();
            }
        }
    }

    /** The lock is free, and the database has taken its pid file away. */
    private static void assertStopped() {
        StateDirectory.open(directory).close();
        assertThat(Files.exists(directory.resolve("database/mariadbd.pid"))).isFalse();
    }
}

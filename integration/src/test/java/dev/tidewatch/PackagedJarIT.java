package dev.tidewatch;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.embedded.EmbeddedStack;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationProcess;
import dev.tidewatch.support.LogLineSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar, configured by environment variables, with database, broker and changefeed in another process. */
@Tag("process")
class PackagedJarIT {

    private static final Path JAR = Path.of(System.getProperty("tidewatch.jar"));

    @Test
    void runsWithEnvironmentVariablesAndStopsOnSigterm(@TempDir Path directory) throws Exception {
        try (EmbeddedStack stack = EmbeddedStack.start(directory.resolve("stack"));
                ApplicationProcess application = ApplicationProcess.packaged(JAR, directory, Map.of(
                        "TIDB_HOST", "127.0.0.1", "TIDB_PORT", String.valueOf(stack.database().port()),
                        "TIDB_USER", stack.database().user(), "TIDB_PASSWORD", stack.database().password(),
                        "KAFKA_BROKERS", stack.broker().bootstrapServers()))) {
            JsonNode ready = application.await(where("message", "Tidewatch is ready"));
            Api api = new Api(ready.path("address").asText());

            assertThat(api.login("admin", "admin123").statusCode()).isEqualTo(200);
            application.await(where("event", "LOGIN_SUCCESS"));
            application.await(where("table", "access_tokens").and(where("operation", "INSERT")));
            assertThat(api.get("/openapi.yaml").statusCode()).isEqualTo(200);
            application.terminate();

            new LogLineSchema().check(application.stdout());
            assertThat(application.stdout())
                    // Flyway warns that this MariaDB is newer than those it was tested with; the jar is for TiDB.
                    .filteredOn(line -> !line.contains("org.flywaydb.core.internal.database.base.Database"))
                    .noneMatch(line -> line.contains("\"level\":\"ERROR\"") || line.contains("\"level\":\"WARN\""));
            assertThat(application.stderr()).isEmpty();
        }
    }

    @Test
    void answersInFlightRequestsOnSigterm(@TempDir Path directory) throws Exception {
        try (EmbeddedStack stack = EmbeddedStack.start(directory.resolve("stack"));
                ApplicationProcess application = ApplicationProcess.packaged(JAR, directory, Map.of(
                        "TIDB_HOST", "127.0.0.1", "TIDB_PORT", String.valueOf(stack.database().port()),
                        "TIDB_USER", stack.database().user(), "TIDB_PASSWORD", stack.database().password(),
                        "KAFKA_BROKERS", stack.broker().bootstrapServers(), "TIDEWATCH_LOGIN_QUEUE", "40"))) {
            JsonNode ready = application.await(where("message", "Tidewatch is ready"));
            Api api = new Api(ready.path("address").asText());
            ExecutorService clients = Executors.newCachedThreadPool();
            CountDownLatch answered = new CountDownLatch(1);
            List<CompletableFuture<Integer>> logins = IntStream.range(0, 40).mapToObj(i -> CompletableFuture.supplyAsync(() -> {
                int status = api.login("admin", "admin123").statusCode();
                answered.countDown();
                return status;
            }, clients)).toList();

            answered.await();
            long waiting = logins.stream().filter(login -> !login.isDone()).count();
            application.terminate();
            assertThat(waiting).as("in-flight requests").isPositive();
            assertThat(logins).extracting(CompletableFuture::join).containsOnly(200);
            clients.shutdown();
        }
    }

    @Test
    void b13UsesUnderThreePercentOfACoreWhenIdle(@TempDir Path directory) {
        try (EmbeddedStack stack = EmbeddedStack.start(directory.resolve("stack"));
                ApplicationProcess application = ApplicationProcess.packaged(JAR, directory, Map.of(
                        "TIDB_HOST", "127.0.0.1", "TIDB_PORT", String.valueOf(stack.database().port()),
                        "TIDB_USER", stack.database().user(), "TIDB_PASSWORD", stack.database().password(),
                        "KAFKA_BROKERS", stack.broker().bootstrapServers()))) {
            application.await(where("message", "Tidewatch is ready"));
            application.awaitIdle(3);
        }
    }

    @Test
    void containsNothingOfTheEmbeddedStack() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            List<String> libraries = jar.stream().map(entry -> entry.getName()).filter(name -> name.endsWith(".jar")).toList();
            assertThat(libraries).isNotEmpty().noneMatch(name -> name.matches(".*(embedded|debezium|maria|kafka_2|kafka-server).*"));
        }
    }

    @Test
    void billOfMaterialsListsEveryLibrary() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            List<String> libraries = jar.stream().map(JarEntry::getName).filter(name -> name.endsWith(".jar"))
                    .map(name -> name.substring(name.lastIndexOf('/') + 1))
                    // Spring Boot adds it when it packages the jar.
                    .filter(name -> !name.startsWith("spring-boot-jarmode-tools-")).toList();
            List<JarEntry> bills = jar.stream().filter(entry -> entry.getName().endsWith("META-INF/sbom/application.cdx.json")).toList();
            assertThat(bills).hasSize(1);
            List<String> named = new ArrayList<>();
            new ObjectMapper().readTree(jar.getInputStream(bills.get(0))).path("components").forEach(component ->
                    named.add(component.path("name").asText() + '-' + component.path("version").asText() + ".jar"));

            assertThat(named).containsAll(libraries);
            assertThat(libraries).anyMatch(name -> name.matches("camel-core-engine-4\\..*"))
                    .anyMatch(name -> name.startsWith("mysql-connector-j-"));
        }
    }

    @Test
    void containsNoComponentThatSecurityMdExcludes() throws IOException {
        List<String> rows = Files.readAllLines(Path.of("../SECURITY.md")).stream().filter(line -> line.contains("not in the jar")).toList();
        assertThat(rows).hasSize(1);
        List<String> components = Pattern.compile("`(camel-[a-z0-9-]+)`").matcher(rows.get(0)).results().map(match -> match.group(1))
                .toList();
        assertThat(components).hasSizeGreaterThan(40);
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertThat(jar.stream().map(JarEntry::getName)
                    .filter(name -> components.stream().anyMatch(it -> name.contains('/' + it + '-')))).isEmpty();
        }
    }
}

package dev.tidewatch.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** Starts, restarts and crashes of a stack; the tests share one directory, like the runs of a user. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EmbeddedStackIT {

    private static final String TOPIC = "changes";
    /** Against hanging only. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private static Path directory;

    private EmbeddedStack stack;

    @BeforeEach
    void start() {
        stack = EmbeddedStack.start(options());
    }

    @AfterEach
    void stop() {
        stack.close();
    }

    private static EmbeddedStack.Options options() {
        return new EmbeddedStack.Options(directory, 0, 0, Map.of(), TOPIC, ChangefeedConfiguration.parse("""
            replica_config:
              filter: {rules: ['shop.*']}
              sink: {dispatchers: [{matcher: ['*.*'], partition: index-value}]}
            """));
    }

    private TopicReader reader() {
        return new TopicReader(stack.broker().bootstrapServers(), TOPIC, 3);
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(stack.database().jdbcUrl("shop"), stack.database().user(), stack.database().password());
    }

    private void sendForeign(String... values) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", stack.broker().bootstrapServers());
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (String value : values) {
                for (int partition = 0; partition < 3; partition++) {
                    producer.send(new ProducerRecord<>(TOPIC, partition, TopicReader.FOREIGN, value)).get();
                }
            }
        }
    }

    private static List<String> values(List<Message> messages) {
        return messages.stream().filter(message -> !message.isDdl()).map(message -> message.data().get("v").asText()).toList();
    }

    @Test
    @Order(1)
    void sendsOnlyStatementsThatTakeEffect() throws SQLException {
        execute("CREATE TABLE t (id BIGINT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(40), d INT AS (id * 2) VIRTUAL)",
            "INSERT INTO t (v) VALUES ('first')");
        execute("INSERT INTO t (v) VALUES ('second')", "CREATE TABLE IF NOT EXISTS t (id INT PRIMARY KEY)");
        try (TopicReader reader = reader()) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(values(reader.changes())).containsExactlyInAnyOrder("first", "second"));
            assertThat(reader.changes()).filteredOn(Message::isDdl).map(message -> message.value().get("sql").asText()).containsExactly(
                "CREATE DATABASE IF NOT EXISTS `shop`",
                "CREATE TABLE t (id BIGINT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(40), d INT AS (id * 2) VIRTUAL)");
        }
    }

    @Test
    @Order(2)
    void resumesAfterARestart() throws SQLException {
        assertThat(rows()).isEqualTo(2);
        execute("INSERT INTO t (v) VALUES ('third')");
        try (TopicReader reader = reader()) {
            await().atMost(PATIENCE).untilAsserted(() ->
                assertThat(values(reader.changes())).containsExactlyInAnyOrder("first", "second", "third"));
            assertThat(reader.changes().stream().filter(message -> !message.isDdl())).as("virtual column, created in the first run")
                .noneMatch(message -> message.data().has("d"));
        }
    }

    @Test
    @Order(3)
    void rejectsADirectoryInUse() {
        assertThatThrownBy(() -> EmbeddedStack.start(options())).isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("Another run uses the directory " + directory).hasMessageContaining("--tidewatch.embedded.directory");
    }

    @Test
    @Order(4)
    void resumesAfterTheBrokerRestarts() throws SQLException {
        stack.broker().stop();
        execute("INSERT INTO t (v) VALUES ('while the broker is down')");
        stack.broker().start();
        execute("INSERT INTO t (v) VALUES ('after the broker')");
        try (TopicReader reader = reader()) {
            await().atMost(PATIENCE).untilAsserted(() ->
                assertThat(values(reader.changes())).contains("while the broker is down", "after the broker"));
            assertInOrder(reader.changes());
        }
    }

    @Test
    @Order(5)
    void resumesAfterTheDatabaseIsKilled() throws SQLException {
        List<String> values = IntStream.range(0, 20).mapToObj(i -> "before the kill " + i).toList();
        for (String value : values) {
            execute("INSERT INTO t (v) VALUES ('" + value + "')");
        }
        stack.database().kill();
        stack.database().start();
        execute("INSERT INTO t (v) VALUES ('after the kill')");
        try (TopicReader reader = reader()) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(values(reader.changes())).contains("after the kill"));
            assertThat(values(reader.changes())).containsAll(values);
            assertInOrder(reader.changes());
        }
    }

    @Test
    @Order(6)
    void resumesAPausedDatabase() throws Exception {
        stack.database().pause();
        CompletableFuture<Void> insert = CompletableFuture.runAsync(() -> {
            try {
                execute("INSERT INTO t (v) VALUES ('paused')");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        await().during(Duration.ofMillis(300)).until(() -> !insert.isDone());
        stack.database().resume();
        await().atMost(PATIENCE).until(insert::isDone);
        insert.get();
    }

    @Test
    @Order(7)
    void sendsNothingOlderThanAWatermark() throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(4);
        try {
            for (Future<?> writer : writers.invokeAll(Collections.nCopies(4, this::insertForSomeSeconds))) {
                writer.get();
            }
        } finally {
            writers.shutdownNow();
        }
        int rows = rows();
        try (TopicReader reader = reader()) {
            await().atMost(PATIENCE).until(() -> identities(reader.changes()) == rows);
            assertInOrder(reader.messages());
            assertThat(reader.messages().stream().filter(Message::isWatermark).map(Message::partition).distinct()).hasSize(3);
        }
    }

    /** Long enough for several watermarks. */
    private Void insertForSomeSeconds() throws SQLException {
        long end = System.nanoTime() + Duration.ofMillis(2500).toNanos();
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            while (System.nanoTime() < end) {
                statement.execute("INSERT INTO t (v) VALUES ('load')");
            }
        }
        return null;
    }

    @Test
    @Order(8)
    void resendsChangesWithTheSameCommitTs() throws Exception {
        try (TopicReader reader = reader()) {
            List<Message> sent = List.of();
            // The changefeed does not resend a change if a watermark covers it, which can happen between the change and the stop.
            for (int i = 0; i < 10 && sent.size() < 2; i++) {
                sent = crashAfter("sent twice " + i, reader);
            }
            assertThat(sent).hasSizeGreaterThan(1).extracting(Message::tso).containsOnly(sent.get(0).tso());
        }
    }

    /** Stops the changefeed after a change and restores its previous position, as if it had crashed. Returns all messages of the change. */
    private List<Message> crashAfter(String value, TopicReader reader) throws Exception {
        stack.changefeed().stop();
        Path offsets = directory.resolve("changefeed/" + EmbeddedChangefeed.OFFSETS);
        byte[] position = Files.readAllBytes(offsets);
        stack.changefeed().start();
        assertResumes(reader, "before " + value);
        awaitWatermark(reader);
        assertResumes(reader, value);
        stack.changefeed().stop();
        Files.write(offsets, position);
        stack.changefeed().start();
        assertResumes(reader, "after " + value);
        return changes(reader, value);
    }

    private static List<Message> changes(TopicReader reader, String value) {
        return reader.changes().stream().filter(message -> !message.isDdl() && message.data().get("v").asText().equals(value)).toList();
    }

    @Test
    @Order(9)
    void resumesAfterForeignRecords() throws Exception {
        stack.changefeed().stop();
        sendForeign("no message", "[1]", "", null);
        stack.changefeed().start();
        execute("INSERT INTO t (v) VALUES ('after foreign records')");
        try (TopicReader reader = reader()) {
            await().atMost(PATIENCE).until(() -> values(reader.changes()).contains("after foreign records"));
            assertInOrder(reader.messages());
        }
    }

    @Test
    @Order(10)
    void stopsTheDatabaseOfAKilledRunAndKeepsItsData() throws Exception {
        int rows = rows();
        Path pidFile = directory.resolve("database/mariadbd.pid");
        String pid = Files.readString(pidFile);
        stack.changefeed().close();
        // The pid file and the process exist, as after a killed run.
        MariadbProcess.stopOrphan(directory.resolve("database"));
        await().atMost(PATIENCE).until(() -> ProcessHandle.of(Long.parseLong(pid)).isEmpty());
        stack.close();
        stack = EmbeddedStack.start(options());
        assertThat(rows()).isEqualTo(rows);
    }

    @Test
    @Order(11)
    void givesNoPortTwice() {
        List<Integer> ports = IntStream.range(0, 2_000).mapToObj(i -> LocalPorts.freePort()).toList();
        assertThat(ports).doesNotHaveDuplicates().allMatch(port -> port < 32_768);
    }

    @Test
    @Order(11)
    void replacesBusyPorts() throws IOException {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(LocalPorts.freePortOr(busy.getLocalPort())).isNotEqualTo(busy.getLocalPort());
        }
        assertThat(LocalPorts.freePortOr(stack.database().port())).isNotEqualTo(stack.database().port());
    }

    @Test
    @Order(12)
    void deletesTheStateIfAPartIsMissing() throws Exception {
        stack.close();
        FileSystemUtils.deleteRecursively(directory.resolve("broker"));
        stack = EmbeddedStack.start(options());
        assertThatThrownBy(this::rows).isInstanceOf(SQLException.class).hasMessageContaining("doesn't exist");
    }

    @Test
    @Order(13)
    void resumesAfterEveryKindOfDatabaseFailure() throws Exception {
        execute("CREATE TABLE t (id BIGINT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(40))", "INSERT INTO t (v) VALUES ('before')");
        try (TopicReader reader = reader()) {
            await().atMost(PATIENCE).until(() -> values(reader.changes()).contains("before"));
            stack.database().pause();
            // Longer than the timeouts of the changefeed's connections.
            await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
            stack.database().resume();
            assertResumes(reader, "after a pause");
            stack.database().kill();
            stack.database().start();
            assertResumes(reader, "after a kill without changes");
            stack.database().pause();
            stack.database().kill();
            stack.database().start();
            assertResumes(reader, "after a kill of a paused database");
            stack.database().pause();
            stack.database().stop();
            stack.database().start();
            assertResumes(reader, "after a stop of a paused database");
            awaitWatermark(reader);
            assertInOrder(reader.messages());
        }
    }

    private void assertResumes(TopicReader reader, String value) throws SQLException {
        execute("INSERT INTO t (v) VALUES ('" + value + "')");
        await().atMost(PATIENCE).until(() -> values(reader.changes()).contains(value));
    }

    private static void awaitWatermark(TopicReader reader) {
        long last = reader.changes().stream().mapToLong(Message::tso).max().orElse(0);
        await().atMost(PATIENCE).until(() ->
            reader.messages().stream().anyMatch(message -> message.isWatermark() && message.tso() > last));
    }

    @Test
    @Order(14)
    void resumesWhenItsConnectionIsClosed() throws Exception {
        try (TopicReader reader = reader(); Connection connection = connect(); Statement statement = connection.createStatement()) {
            assertResumes(reader, "before the connection is closed");
            awaitWatermark(reader);
            statement.execute("KILL " + dumpThread(statement));
            assertResumes(reader, "after the connection is closed");
        }
    }

    private static long dumpThread(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT MAX(id) FROM information_schema.processlist WHERE command = 'Binlog Dump'")) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    @Order(15)
    void commitTsHasTheSecondOfTheStatement() throws Exception {
        try (TopicReader reader = reader(); Connection connection = connect(); Statement statement = connection.createStatement()) {
            for (int i = 0; i < 2; i++) {
                String value = "second " + i;
                long before = second(statement);
                statement.execute("INSERT INTO t (v) VALUES ('previous')");
                await().pollInterval(Duration.ofMillis(5)).until(() -> second(statement) > before);
                long first = second(statement);
                statement.execute("INSERT INTO t (v) VALUES ('" + value + "')");
                long last = second(statement);
                await().atMost(PATIENCE).until(() -> values(reader.changes()).contains(value));
                assertThat(CommitClock.milliseconds(changes(reader, value).get(0).tso()) / 1000).isBetween(first, last);
            }
        }
    }

    private static long second(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT UNIX_TIMESTAMP()")) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    @Order(16)
    void stopsWithAPausedDatabase() throws IOException {
        String pid = Files.readString(directory.resolve("database/mariadbd.pid"));
        stack.database().pause();
        stack.close();
        assertThat(ProcessHandle.of(Long.parseLong(pid))).isEmpty();
    }

    private int rows() throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement();
             ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM t")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static long identities(List<Message> changes) {
        return changes.stream().filter(message -> !message.isDdl()).map(Message::identity).distinct().count();
    }

    /** In each partition, a new change is above all previous watermarks and not below previous changes. */
    private static void assertInOrder(List<Message> messages) {
        Map<Integer, Long> watermarks = new HashMap<>();
        Map<Integer, Long> changes = new HashMap<>();
        Set<String> identities = new HashSet<>();
        List<Message> late = new ArrayList<>();
        for (Message message : messages) {
            long watermark = watermarks.getOrDefault(message.partition(), 0L);
            if (message.isWatermark()) {
                assertThat(message.tso()).isGreaterThanOrEqualTo(watermark);
                watermarks.put(message.partition(), message.tso());
            } else if (identities.add(message.identity())) {
                if (message.tso() <= watermark || message.tso() < changes.getOrDefault(message.partition(), 0L)) {
                    late.add(message);
                }
                changes.put(message.partition(), message.tso());
            }
        }
        assertThat(late).isEmpty();
    }
}

package dev.tidewatch.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The statements of the recording, run on MariaDB, give the messages that TiCDC v7.3.0 gave, field by field. */
class ChangefeedAgainstRecordingTest {

    private static final String TOPIC = "recording";
    /** The changefeed that was recorded. */
    private static final String CONFIGURATION = """
        replica_config:
          filter:
            rules: ["tidewatch*.*"]
          sink:
            dispatchers:
              - {matcher: ["*.*"], partition: table}
        """;
    /** TiDB's words for what MariaDB only takes as a comment. */
    private static final Map<String, String> REWRITTEN = Map.of(
        "(tenant, code) NONCLUSTERED)", "(tenant, code) /*T![clustered_index] NONCLUSTERED */)",
        "PRIMARY KEY CLUSTERED,", "PRIMARY KEY /*T![clustered_index] CLUSTERED */,");
    /** Refused by MariaDB under NO_ZERO_DATE; the recording's TiDB session had another sql_mode. Debezium could not tell zero dates from NULL either. */
    private static final Predicate<String> REFUSED = statement -> statement.contains("VALUES (5,'0000-00-00'");
    private static final String ZERO_DATES_ROW = "5";
    /** The recorded session's clock: values that CURRENT_TIMESTAMP filled in. */
    private static final String NOW = "2026-11-21 \\d\\d:\\d\\d:\\d\\d(\\.\\d+)?";

    private static EmbeddedStack stack;
    private static List<Message> expected;
    private static List<Message> actual;

    @BeforeAll
    static void replay(@TempDir Path directory) throws SQLException {
        stack = EmbeddedStack.start(new EmbeddedStack.Options(directory, 0, 0, TOPIC, ChangefeedConfiguration.parse(CONFIGURATION)));
        EmbeddedDatabase database = stack.database();
        List<String> refused = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(database.jdbcUrl("") + "&connectionTimeZone=UTC", database.user(), database.password());
             Statement statement = connection.createStatement()) {
            for (String sql : Recording.statements()) {
                try {
                    statement.execute(rewritten(sql));
                } catch (SQLException e) {
                    refused.add(e.getMessage() + ": " + sql.substring(0, Math.min(sql.length(), 200)));
                }
                if (sql.startsWith("CREATE DATABASE tidewatch ")) {
                    statement.execute("USE tidewatch");
                }
            }
        }
        assertThat(refused).allMatch(REFUSED).hasSize(1);
        expected = Recording.messages().stream()
            .filter(message -> message.isDdl() || !message.table().equals("tidewatch.all_types") || !message.data().get("id").asText().equals(ZERO_DATES_ROW))
            .toList();
        try (TopicReader reader = new TopicReader(stack.broker().bootstrapServers(), TOPIC, 3)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> reader.changes().stream()
                .anyMatch(message -> !message.isDdl() && message.data().path("username").asText().equals("after_full_restart")));
            long last = reader.changes().stream().mapToLong(Message::tso).max().orElseThrow();
            await().atMost(Duration.ofSeconds(30)).until(() -> reader.messages().stream()
                .filter(message -> message.isWatermark() && message.tso() >= last).map(Message::partition).distinct().count() == 3);
            actual = List.copyOf(reader.changes());
        }
    }

    private static String rewritten(String sql) {
        String result = sql;
        for (Map.Entry<String, String> words : REWRITTEN.entrySet()) {
            result = result.replace(words.getKey(), words.getValue());
        }
        return result;
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    void sendsTheSameSchemaChangesInTheSameOrder() {
        assertThat(schemaChanges(actual)).containsExactlyElementsOf(schemaChanges(expected));
    }

    private static List<String> schemaChanges(List<Message> messages) {
        return messages.stream().filter(Message::isDdl).map(message -> "partition " + message.partition() + ", key " + message.key() + ": "
            + withoutClocks(message.value())).toList();
    }

    @Test
    void sendsTheSameRowChangesInTheSameOrderPerRow() {
        Map<String, List<Message>> expectedRows = byRow(expected);
        Map<String, List<Message>> actualRows = byRow(actual);
        assertThat(actualRows.keySet()).containsExactlyInAnyOrderElementsOf(expectedRows.keySet());
        Map<String, String> ids = new HashMap<>();
        expectedRows.forEach((row, messages) -> {
            List<Message> sent = actualRows.get(row);
            assertThat(sent.stream().map(Message::type)).as(row).containsExactlyElementsOf(messages.stream().map(Message::type).toList());
            for (int i = 0; i < messages.size(); i++) {
                JsonNode same = likeTheRecording(messages.get(i).value(), sent.get(i).value(), ids);
                assertThat(withoutClocks(same)).as(row).isEqualTo(withoutClocks(messages.get(i).value()));
                assertThat(sent.get(i).key()).isEqualTo(messages.get(i).key());
                assertThat(sent.get(i).headers()).isZero();
            }
        });
        assertThat(new HashSet<>(ids.values())).as("AUTO_INCREMENT gives other numbers on MariaDB, but one for each").hasSameSizeAs(ids.keySet());
    }

    /** The recording's rows of {@code users} are told apart by their name: AUTO_INCREMENT gives other numbers on TiDB. */
    private static Map<String, List<Message>> byRow(List<Message> messages) {
        return messages.stream().filter(message -> !message.isDdl()).collect(Collectors.groupingBy(message -> {
            String table = message.table();
            if (table.equals("tidewatch.users")) {
                return table + " " + message.data().get("username").asText();
            }
            List<String> key = new ArrayList<>();
            message.value().get("pkNames").forEach(column -> key.add(message.data().get(column.asText()).asText()));
            return table + " " + key;
        }, LinkedHashMap::new, Collectors.toList()));
    }

    /** The message with what CURRENT_TIMESTAMP and AUTO_INCREMENT gave replaced by the recorded values, when they have the same shape. */
    private static JsonNode likeTheRecording(JsonNode recorded, JsonNode sent, Map<String, String> ids) {
        JsonNode copy = sent.deepCopy();
        for (String part : List.of("data", "old")) {
            if (recorded.get(part).isNull() || copy.get(part).isNull()) {
                continue;
            }
            JsonNode recordedRow = recorded.get(part).get(0);
            ObjectNode row = (ObjectNode) copy.get(part).get(0);
            String now = recordedRow.path("created_at").asText("");
            if (now.matches(NOW) && row.path("created_at").asText().matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}")) {
                row.put("created_at", now);
            }
            if (recordedRow.has("username")) {
                String id = recordedRow.get("id").asText();
                ids.putIfAbsent(id, row.get("id").asText());
                if (ids.get(id).equals(row.get("id").asText())) {
                    row.put("id", id);
                }
            }
        }
        return copy;
    }

    private static String withoutClocks(JsonNode value) {
        ObjectNode copy = value.deepCopy();
        assertThat(copy.get("es").longValue()).isEqualTo(copy.get("_tidb").get("commitTs").longValue() >> 18);
        assertThat(copy.get("ts").isIntegralNumber()).isTrue();
        copy.put("es", 0).put("ts", 0).putObject("_tidb").put("commitTs", 0);
        if (copy.get("mysqlType").isObject()) {
            // TiCDC writes this object from a Go map, in a random order.
            ObjectNode sorted = copy.putObject("mysqlType");
            value.get("mysqlType").fieldNames().forEachRemaining(name -> sorted.set(name, null));
            new java.util.TreeMap<>(fields(value.get("mysqlType"))).forEach(sorted::set);
            ObjectNode ordered = sorted.objectNode();
            new java.util.TreeMap<>(fields(value.get("mysqlType"))).forEach(ordered::set);
            copy.set("mysqlType", ordered);
        }
        return copy.toString();
    }

    private static Map<String, JsonNode> fields(JsonNode object) {
        Map<String, JsonNode> fields = new HashMap<>();
        object.fields().forEachRemaining(field -> fields.put(field.getKey(), field.getValue()));
        return fields;
    }

    @Test
    void givesTheRowsOfATransactionOneCommitTsAndEveryTransactionItsOwn() {
        assertThat(transactions(actual)).isEqualTo(transactions(expected));
    }

    /** For each transaction the rows in it, by table and type. */
    private static Set<List<String>> transactions(List<Message> messages) {
        Map<Long, List<String>> byCommit = messages.stream().filter(message -> !message.isDdl()).collect(Collectors.groupingBy(Message::tso,
            Collectors.mapping(message -> message.table() + " " + message.type() + " "
                + message.data().path("username").asText(message.data().elements().next().asText()), Collectors.toList())));
        return byCommit.values().stream().map(rows -> rows.stream().sorted().toList()).collect(Collectors.toSet());
    }

    @Test
    void commitTsNeverGoesBackWithinAPartition() {
        for (int partition = 0; partition < 3; partition++) {
            int number = partition;
            assertThat(actual.stream().filter(message -> message.partition() == number).map(Message::tso).toList()).isSorted();
        }
    }
}

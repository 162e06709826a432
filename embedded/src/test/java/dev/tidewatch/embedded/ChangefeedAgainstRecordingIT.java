package dev.tidewatch.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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

/** Runs the statements of the recording on MariaDB and compares each message, field by field, with that of TiCDC v7.3.0. */
class ChangefeedAgainstRecordingIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String TOPIC = "recording";
    /** That of the recorded changefeed. */
    private static final String CONFIGURATION = """
        replica_config:
          filter:
            rules: ["tidewatch*.*"]
          sink:
            dispatchers:
              - {matcher: ["*.*"], partition: table}
        """;
    /** MariaDB accepts these keywords of TiDB only as a comment. */
    private static final Map<String, String> REWRITTEN = Map.of(
        "(tenant, code) NONCLUSTERED)", "(tenant, code) /*T![clustered_index] NONCLUSTERED */)",
        "PRIMARY KEY CLUSTERED,", "PRIMARY KEY /*T![clustered_index] CLUSTERED */,");
    /** MariaDB rejects zero dates under NO_ZERO_DATE; the recorded TiDB session had another sql_mode. */
    private static final Predicate<String> REJECTED = statement -> statement.contains("VALUES (5,'0000-00-00'");
    private static final String ZERO_DATES_ROW = "5";
    /** The values of CURRENT_TIMESTAMP in the recording. */
    private static final String NOW = "2026-11-21 \\d\\d:\\d\\d:\\d\\d(\\.\\d+)?";

    private static EmbeddedStack stack;
    private static List<Message> expected;
    private static List<Message> actual;

    @BeforeAll
    static void replay(@TempDir Path directory) throws SQLException {
        ChangefeedConfiguration changefeed = ChangefeedConfiguration.parse(CONFIGURATION);
        stack = EmbeddedStack.start(new EmbeddedStack.Options(directory, 0, 0, Map.of(), TOPIC, changefeed));
        EmbeddedDatabase database = stack.database();
        List<String> rejected = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(database.jdbcUrl(""), database.user(), database.password());
             Statement statement = connection.createStatement()) {
            for (String sql : Recording.statements()) {
                try {
                    statement.execute(rewritten(sql));
                } catch (SQLException e) {
                    rejected.add(e.getMessage() + ": " + sql.substring(0, Math.min(sql.length(), 200)));
                }
                if (sql.startsWith("CREATE DATABASE tidewatch ")) {
                    statement.execute("USE tidewatch");
                }
            }
        }
        assertThat(rejected).allMatch(REJECTED).hasSize(1);
        expected = Recording.messages().stream()
            .filter(message -> message.isDdl() || !message.table().equals("tidewatch.all_types")
                || !message.data().get("id").asText().equals(ZERO_DATES_ROW))
            .toList();
        try (TopicReader reader = new TopicReader(stack.broker().bootstrapServers(), TOPIC, 3)) {
            await().atMost(Duration.ofMinutes(3)).until(() -> reader.changes().stream()
                .anyMatch(message -> !message.isDdl() && message.data().path("username").asText().equals("after_full_restart")));
            long last = reader.changes().stream().mapToLong(Message::tso).max().orElseThrow();
            await().atMost(Duration.ofMinutes(3)).until(() -> reader.messages().stream()
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
    void sendsTheSameDdlMessagesInTheSameOrder() {
        assertThat(ddlMessages(actual)).containsExactlyElementsOf(ddlMessages(expected));
    }

    private static List<List<Object>> ddlMessages(List<Message> messages) {
        return messages.stream().filter(Message::isDdl)
            .map(message -> List.<Object>of(message.partition(), String.valueOf(message.key()), comparable(message))).toList();
    }

    @Test
    void sendsTheSameRowMessagesInTheSameOrderPerRow() {
        Map<String, List<Message>> expectedRows = byRow(expected);
        Map<String, List<Message>> actualRows = byRow(actual);
        assertThat(actualRows.keySet()).containsExactlyInAnyOrderElementsOf(expectedRows.keySet());
        Map<String, String> ids = new HashMap<>();
        expectedRows.forEach((row, recorded) -> {
            List<Message> sent = actualRows.get(row);
            assertThat(sent).as(row).extracting(Message::type).containsExactlyElementsOf(recorded.stream().map(Message::type).toList());
            for (int i = 0; i < recorded.size(); i++) {
                Message model = recorded.get(i);
                assertThat(withRecordedDefaults(sent.get(i), model, ids)).as(row).isEqualTo(comparable(model));
                assertThat(sent.get(i).data().fieldNames()).toIterable().as(row).containsExactlyElementsOf(model.data()::fieldNames);
                assertThat(sent.get(i).key()).isEqualTo(model.key());
                assertThat(sent.get(i).headers()).isZero();
            }
        });
        assertThat(ids.values()).as("AUTO_INCREMENT assigns other numbers on MariaDB, but each only once").doesNotHaveDuplicates();
    }

    /** Rows of {@code users} are identified by their name, because AUTO_INCREMENT assigns other numbers on TiDB. */
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

    /** The message with the recorded values of CURRENT_TIMESTAMP and AUTO_INCREMENT, if the values sent have the same form. */
    private static JsonNode withRecordedDefaults(Message sent, Message recorded, Map<String, String> ids) {
        JsonNode result = comparable(sent);
        for (String part : List.of("data", "old")) {
            JsonNode recordedRow = recorded.value().get(part).path(0);
            if (!(result.get(part).path(0) instanceof ObjectNode row)) {
                continue;
            }
            String now = recordedRow.path("created_at").asText();
            if (now.matches(NOW) && row.path("created_at").asText().matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}")) {
                row.put("created_at", now);
            }
            if (recordedRow.has("username")) {
                String id = recordedRow.get("id").asText();
                if (ids.computeIfAbsent(id, first -> row.get("id").asText()).equals(row.get("id").asText())) {
                    row.put("id", id);
                }
            }
        }
        return result;
    }

    /** The message without its times and the text of a DDL statement, with parsed JSON columns. */
    private static JsonNode comparable(Message message) {
        ObjectNode value = message.value().deepCopy();
        assertThat(value.remove("es").longValue()).isEqualTo(message.tso() >> 18);
        assertThat(value.remove("ts").isIntegralNumber()).isTrue();
        assertThat(value.remove("_tidb").fieldNames()).toIterable().containsExactly("commitTs");
        if (message.isDdl()) {
            assertThat(value.remove("sql").asText()).isNotEmpty();
        }
        value.get("mysqlType").fields().forEachRemaining(type -> {
            if (type.getValue().asText().equals("json")) {
                List.of("data", "old").forEach(part -> parse(value.get(part).path(0), type.getKey()));
            }
        });
        return value;
    }

    private static void parse(JsonNode row, String column) {
        if (row.path(column).isTextual()) {
            try {
                ((ObjectNode) row).set(column, MAPPER.readTree(row.get(column).asText()));
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void assignsOneCommitTsPerTransaction() {
        assertThat(transactions(actual)).isEqualTo(transactions(expected));
    }

    /** The rows of each transaction, by table and type. */
    private static Set<List<String>> transactions(List<Message> messages) {
        Map<Long, List<String>> byCommit = messages.stream().filter(message -> !message.isDdl()).collect(Collectors.groupingBy(Message::tso,
            Collectors.mapping(message -> message.table() + " " + message.type() + " "
                + message.data().path("username").asText(message.data().elements().next().asText()), Collectors.toList())));
        return byCommit.values().stream().map(rows -> rows.stream().sorted().toList()).collect(Collectors.toSet());
    }

    @Test
    void commitTsNeverDecreasesWithinAPartition() {
        for (int partition = 0; partition < 3; partition++) {
            int number = partition;
            assertThat(actual.stream().filter(message -> message.partition() == number).map(Message::tso).toList()).isSorted();
        }
    }
}

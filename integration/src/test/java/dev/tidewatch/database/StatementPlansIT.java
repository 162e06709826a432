package dev.tidewatch.database;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.tidewatch.embedded.EmbeddedDatabase;
import dev.tidewatch.support.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * The plan of every SQL statement of the application, in tables with {@code tidewatch.test.plan-rows} rows (10,000): each finds its rows
 * by an index, so that it takes as long with a million.
 */
@Tag("sql")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatementPlansIT {

    private static final int ROWS = Integer.getInteger("tidewatch.test.plan-rows", 10_000);
    private static final int SESSIONS_PER_USER = 10;
    private static final Pattern PARAMETER = Pattern.compile(":#(in:)?(\\$\\{[^}]*}|\\w+)");
    /** A value of each parameter, in SQL, that fits the rows below. */
    private static final Map<String, String> VALUES = Map.ofEntries(
            entry("variable.accessToken.userId", "77"),
            entry("variable.accessTokenHash", "UNHEX(SHA2('t77', 256))"),
            entry("variable.before", "'2026-01-01 00:00:00'"),
            entry("variable.batchSize", "500"),
            entry("variable.credentials.name", "'user-77'"),
            entry("variable.eventIds", "'0198f2aa-0000-7000-8000-000000000077', '0198f2aa-0000-7000-8000-000000000078'"),
            entry("variable.firstId", "'0198f2aa-0000'"),
            entry("variable.hours", "168"),
            entry("variable.ids", "'0198f2aa-0000-7000-8000-000000000077', '0198f2aa-0000-7000-8000-000000000078'"),
            entry("variable.keys", "'77', '78'"),
            entry("variable.lockPolicy.failures", "10"),
            entry("variable.lockPolicy.keptSeconds", "43200"),
            entry("variable.lockPolicy.lockSeconds", "60"),
            entry("variable.lockPolicy.longestSeconds", "900"),
            entry("variable.newHash", "'x'"),
            entry("variable.passwordHash", "'x'"),
            entry("variable.poll.groupId", "'log-user-events'"),
            entry("variable.rateLimitBucket.permitMicros", "1000"),
            entry("variable.rateLimitBucket.network", "'10.0.0.77'"),
            entry("variable.rateLimitBucket.slackMicros", "1000"),
            entry("variable.session[sessionId]", "77"),
            entry("variable.session[userId]", "8"),
            entry("variable.sessionId", "77"),
            entry("variable.user[credentialVersion]", "0"),
            entry("variable.user[passwordHash]", "'x'"),
            entry("variable.user[userId]", "77"),
            entry("body.topic", "'user-events'"),
            entry("body.partition", "1"),
            entry("body.first", "77"),
            entry("body.last", "177"),
            entry("body.since", "'2026-01-01 00:00:00'"));
    /** Statements that may read a whole table or index, and why. */
    private static final Map<String, String> FULL_SCANS = Map.of();

    private EmbeddedDatabase embedded;
    private SingleConnectionDataSource connection;
    private JdbcTemplate database;

    @BeforeAll
    void fill(@TempDir Path directory) {
        String host = TestDatabase.named().map(TestDatabase::host).orElse("127.0.0.1");
        ApplicationContextRunner application = new ApplicationContextRunner()
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class, FlywayAutoConfiguration.class))
                .withUserConfiguration(DatabaseConfiguration.class)
                .withPropertyValues("TIDB_HOST=" + host, "TIDB_DATABASE=plans_" + Long.toString(System.nanoTime(), 36));
        TestDatabase.named().map(named -> application.withPropertyValues("TIDB_PORT=" + named.port())).orElseGet(() -> {
            embedded = EmbeddedDatabase.start(directory, 0);
            return application.withPropertyValues("TIDB_PORT=" + embedded.port(), "TIDB_USER=" + embedded.user(),
                    "TIDB_PASSWORD=" + embedded.password());
        }).run(context -> {
            HikariDataSource migrated = context.getBean(HikariDataSource.class);
            // Without the application's timeouts: filling and analyzing take their time.
            connection = new SingleConnectionDataSource(migrated.getJdbcUrl(), migrated.getUsername(), migrated.getPassword(), true);
            database = new JdbcTemplate(connection);
            database.execute("CREATE TABLE numbers (n BIGINT NOT NULL PRIMARY KEY)");
            database.update("INSERT INTO numbers VALUES (1)");
            for (long n = 1; n < ROWS; n *= 2) {
                database.update("INSERT INTO numbers SELECT n + ? FROM numbers WHERE n + ? <= ?", n, n, ROWS);
            }
            insert("users (username, email, password_hash)", "CONCAT('user-', n), CONCAT('user-', n, '@example.org'), 'x'");
            insert("access_tokens (user_id, token_hash, ip_address, created_at, expires_at, revoked_at)", """
                    1 + n DIV %d, UNHEX(SHA2(CONCAT('t', n), 256)), '10.0.0.1', NOW(3), TIMESTAMPADD(HOUR, n MOD 200 - 100, NOW(3)),
                    IF(n MOD 3 = 0, NOW(3), NULL)""".formatted(SESSIONS_PER_USER));
            String id = "CONCAT('0198f2aa-0000-7000-8000-', LPAD(n, 12, '0'))";
            insert("outbox (event_id, topic, event_key, payload, created_at)", id + ", 'user-events', n, '{}', NOW(3)");
            insert("processed_events (consumer, event_id, processed_at)",
                    "IF(n MOD 2, 'log-user-events', 'other'), " + id + ", NOW(3) - INTERVAL n SECOND");
            insert("dead_letter_replays (topic, `partition`, `offset`, replayed_at)",
                    "IF(n MOD 2, 'user-events', 'other'), n MOD 3, n, NOW(3) - INTERVAL n SECOND");
            insert("login_rates (network, full_at, admitted)",
                    "CONCAT('10.0.', n DIV 256, '.', n MOD 256), TIMESTAMPADD(SECOND, n - 100, NOW(3)), TRUE");
            for (String table : List.of("users", "access_tokens", "outbox", "processed_events", "dead_letter_replays", "login_rates")) {
                database.execute("ANALYZE TABLE " + table);
            }
        });
    }

    private void insert(String into, String values) {
        // TiDB limits the size of a transaction.
        for (int from = 0; from < ROWS; from += 50_000) {
            database.update("INSERT INTO " + into + " SELECT " + values + " FROM numbers WHERE n > ? AND n <= ?", from, from + 50_000);
        }
    }

    @AfterAll
    void stop() {
        if (connection != null) {
            connection.destroy();
        }
        if (embedded != null) {
            embedded.close();
        }
    }

    static List<String> statements() throws IOException {
        return Arrays.stream(new PathMatchingResourcePatternResolver().getResources("classpath:camel/*/*.sql"))
                .map(StatementPlansIT::name).sorted().toList();
    }

    @ParameterizedTest
    @MethodSource("statements")
    void statementFindsItsRowsByAnIndex(String name) throws IOException {
        String sql = sql(name);
        if (sql.startsWith("INSERT")) {
            assertThat(sql).as("rows of other tables in " + name).doesNotContain("SELECT");
            return;
        }
        List<String> scans = fullScans(sql);
        if (FULL_SCANS.containsKey(name)) {
            assertThat(scans).as("full scans of %s, which is allowed them: %s", name, FULL_SCANS.get(name)).isNotEmpty();
        } else {
            assertThat(scans).as("full scans of " + name).isEmpty();
        }
    }

    /** A client that logs in every second leaves hundreds of thousands of closed sessions. */
    @ParameterizedTest
    @ValueSource(strings = {"list-sessions", "revoke-all-sessions", "revoke-other-sessions"})
    void closedSessionsAreNotRead(String name) throws IOException {
        String sql = sql("login/" + name + ".sql").replaceFirst("(?s)^UPDATE access_tokens.*?WHERE", "SELECT id FROM access_tokens WHERE");
        database.update("INSERT INTO access_tokens (user_id, token_hash, ip_address, created_at, expires_at, revoked_at) SELECT 1000000, "
                + "UNHEX(SHA2(CONCAT('c', n), 256)), '', NOW(3), NOW(3) + INTERVAL 1 HOUR, "
                + "IF(n = 1, NULL, NOW(3)) FROM numbers WHERE n < 3000");
        database.execute("ANALYZE TABLE access_tokens");
        try {
            assertThat(database.queryForList("EXPLAIN " + sql.replace("user_id = 8", "user_id = 1000000"))).anySatisfy(step -> {
                assertThat(step.toString()).contains("access_tokens_open");
                assertThat(Double.parseDouble(step.getOrDefault("estRows", step.get("rows")).toString())).isLessThan(300);
            });
        } finally {
            database.update("DELETE FROM access_tokens WHERE user_id = 1000000");
        }
    }

    @Test
    void fullScansAreRecognised() {
        assertThat(fullScans("SELECT * FROM users WHERE failed_logins = 7")).isNotEmpty();
        assertThat(fullScans("SELECT COUNT(*) FROM access_tokens")).isNotEmpty();
        assertThat(fullScans("UPDATE users SET failed_logins = 0 WHERE last_failed_at IS NULL")).isNotEmpty();
        assertThat(fullScans("SELECT * FROM users WHERE id = 7")).isEmpty();
    }

    /** The steps of the plan that read a whole table or index. */
    private List<String> fullScans(String sql) {
        return database.queryForList("EXPLAIN " + sql).stream().filter(step -> step.containsKey("estRows")
                ? step.get("id").toString().matches(".*Full.*Scan.*")
                : List.of("ALL", "index").contains(String.valueOf(step.get("type"))) && !step.get("table").toString().startsWith("<"))
                .map(Map::toString).toList();
    }

    private static String name(Resource file) {
        try {
            return file.getURL().getPath().replaceFirst(".*/camel/", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The statement with values in place of its parameters. */
    private static String sql(String name) throws IOException {
        String text = new PathMatchingResourcePatternResolver().getResource("classpath:camel/" + name)
                .getContentAsString(StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("--"))
                .collect(Collectors.joining("\n")).strip();
        if (text.startsWith("INSERT")) {
            return text;
        }
        return PARAMETER.matcher(text).replaceAll(parameter -> {
            String key = parameter.group(2).replaceFirst("^\\$\\{(.*)}$", "$1");
            assertThat(VALUES).as("values of parameters; add one").containsKey(key);
            return Matcher.quoteReplacement(VALUES.get(key));
        });
    }
}

package dev.tidewatch.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.tidewatch.embedded.EmbeddedDatabase;
import dev.tidewatch.settings.UnusableSettingException;
import dev.tidewatch.support.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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

/** The migrations on MariaDB and on TiDB. */
@Tag("sql")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MigrationsIT {

    private EmbeddedDatabase embedded;
    private ApplicationContextRunner application;

    @BeforeAll
    void start(@TempDir Path directory) {
        application = new ApplicationContextRunner()
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class, FlywayAutoConfiguration.class))
                .withUserConfiguration(DatabaseConfiguration.class);
        application = TestDatabase.named()
                .map(named -> application.withPropertyValues("TIDB_HOST=" + named.host(), "TIDB_PORT=" + named.port()))
                .orElseGet(() -> {
                    embedded = EmbeddedDatabase.start(directory, 0);
                    return application.withPropertyValues("TIDB_HOST=127.0.0.1", "TIDB_PORT=" + embedded.port(),
                            "TIDB_USER=" + embedded.user(), "TIDB_PASSWORD=" + embedded.password());
                });
    }

    @AfterAll
    void stop() {
        if (embedded != null) {
            embedded.close();
        }
    }

    @Test
    void runOnceOverSeveralStarts() {
        ApplicationContextRunner onNewDatabase = application.withPropertyValues("TIDB_DATABASE=" + newName());
        onNewDatabase.run(context -> {
            JdbcTemplate database = context.getBean(JdbcTemplate.class);
            assertThat(database.queryForList("SHOW TABLES", String.class))
                    .contains("users", "access_tokens", "outbox", "processed_events", "dead_letter_replays", "login_rates");
            assertThat(database.queryForList("SELECT username, email FROM users").toString())
                    .isEqualTo("[{username=admin, email=admin@tidewatch.local}]");
            assertThat(context.getBean(Flyway.class).migrate().migrationsExecuted).isZero();
        });
        onNewDatabase.run(context -> {
            MigrateResult again = context.getBean(Flyway.class).migrate();
            assertThat(again.migrationsExecuted).isZero();
            assertThat(context.getBean(JdbcTemplate.class).queryForObject("SELECT COUNT(*) FROM users", Long.class)).isEqualTo(1);
        });
    }

    @Test
    void concurrentInstancesRunEachMigrationOnce() throws Exception {
        ApplicationContextRunner onNewDatabase = application.withPropertyValues("TIDB_DATABASE=" + newName());
        CyclicBarrier together = new CyclicBarrier(3);
        ExecutorService instances = Executors.newFixedThreadPool(3);
        try {
            List<Future<Void>> started = instances.invokeAll(Collections.nCopies(3, () -> {
                onNewDatabase.withInitializer(context -> await(together)).run(context -> assertThat(context).hasNotFailed());
                return null;
            }), 60, TimeUnit.SECONDS);
            for (Future<Void> instance : started) {
                instance.get();
            }
            onNewDatabase.run(context -> {
                List<Map<String, Object>> history = context.getBean(JdbcTemplate.class)
                        .queryForList("SELECT script, success FROM flyway_schema_history WHERE type = 'SQL'");
                assertThat(history).extracting(row -> row.get("script")).doesNotHaveDuplicates()
                        .contains("V1__users.sql", "R__seed_user.sql");
                assertThat(history).allMatch(row -> Boolean.TRUE.equals(row.get("success")));
                assertThat(context.getBean(JdbcTemplate.class).queryForObject("SELECT COUNT(*) FROM users", Long.class)).isEqualTo(1);
            });
        } finally {
            instances.shutdownNow();
        }
    }

    /** What a kill leaves: the first statements of a migration, or all of them, but no row in the history. */
    @Test
    void bug10EachMigrationCanBeKilledAfterAnyStatementAndRunsAgain() throws Exception {
        ApplicationContextRunner onNewDatabase = application.withPropertyValues("TIDB_DATABASE=" + newName());
        for (Resource migration : migrations()) {
            String version = migration.getFilename().replaceFirst("V(\\d+)__.*", "$1");
            List<String> statements = statements(migration);
            // Without the repeatable migrations, which need all tables.
            ApplicationContextRunner upToIt = onNewDatabase.withPropertyValues("spring.flyway.target=" + version,
                    "spring.flyway.repeatable-sql-migration-prefix=none");
            if (statements.size() > 1) {
                onNewDatabase.withPropertyValues("spring.flyway.enabled=false").run(context -> {
                    for (int done = 1; done < statements.size(); done++) {
                        execute(context.getBean(HikariDataSource.class), statements.subList(0, done));
                    }
                });
            }
            upToIt.run(context -> {
                assertThat(context).hasNotFailed();
                assertThat(context.getBean(JdbcTemplate.class)
                        .update("DELETE FROM flyway_schema_history WHERE version = ?", version)).isEqualTo(1);
            });
            upToIt.run(context -> assertThat(context).as("%s twice", migration.getFilename()).hasNotFailed());
        }
        onNewDatabase.run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(JdbcTemplate.class).queryForObject("SELECT COUNT(*) FROM users", Long.class)).isEqualTo(1);
        });
    }

    @Test
    void bug10FailedMigrationRunsAgain() {
        ApplicationContextRunner onNewDatabase = application.withPropertyValues("TIDB_DATABASE=" + newName());
        onNewDatabase.run(context -> assertThat(context.getBean(JdbcTemplate.class).update(
                "UPDATE flyway_schema_history SET success = FALSE WHERE version = '11' OR script = 'R__seed_user.sql'")).isEqualTo(2));
        onNewDatabase.run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(JdbcTemplate.class).queryForObject(
                    "SELECT COUNT(*) FROM flyway_schema_history WHERE NOT success", Long.class)).isZero();
        });
    }

    /** The schema of version 0.1.0, with an instance of it that still runs. On TiDB in another time zone. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void upgradesDataOfVersion010(boolean seeded) {
        ApplicationContextRunner onNewDatabase = application.withPropertyValues("TIDB_DATABASE=" + newName());
        Instant expiry = Instant.parse("2030-01-02T03:04:05.678Z");
        onNewDatabase.withPropertyValues("spring.flyway.locations=classpath:migrations-0.1.0", "TIDEWATCH_SEED_USER=" + seeded).run(old -> {
            JdbcTemplate before = old.getBean(JdbcTemplate.class);
            boolean tidb = isTidb(before);
            before.update("INSERT INTO access_tokens (user_id, token_hash, ip_address, created_at, expires_at) VALUES (1, 'x', '', ?, ?)",
                    Timestamp.from(expiry), Timestamp.from(expiry));
            before.update("INSERT INTO processed_events (consumer, event_id, processed_at) VALUES ('c', 'e', ?)", Timestamp.from(expiry));
            if (tidb) {
                before.execute("SET GLOBAL time_zone = '+08:00'");
            }
            try (Connection running = old.getBean(HikariDataSource.class).getConnection();
                    PreparedStatement store = running.prepareStatement(
                            "INSERT INTO outbox (event_id, topic, event_key, payload, created_at) VALUES (?, 't', 'k', 'p', NOW(3))")) {
                store(store, "2");
                store(store, "1");
                onNewDatabase.run(context -> {
                    assertThat(context).hasNotFailed();
                    JdbcTemplate after = context.getBean(JdbcTemplate.class);
                    store(store, "0");
                    assertThat(after.queryForList("SELECT event_id FROM outbox ORDER BY event_id", String.class))
                            .containsExactly("0", "1", "2");
                    assertThat(after.queryForObject("SELECT expires_at FROM access_tokens", Timestamp.class).toInstant())
                            .isEqualTo(expiry);
                    assertThat(after.queryForObject("SELECT processed_at FROM processed_events", Timestamp.class).toInstant())
                            .isEqualTo(expiry);
                });
            } finally {
                if (tidb) {
                    before.execute("SET GLOBAL time_zone = 'SYSTEM'");
                }
            }
        });
    }

    /** A TIMESTAMP ends in 2038, a DATETIME in 9999. */
    @Test
    void bug13UpgradesTokensThatAreValidForACentury() {
        ApplicationContextRunner onNewDatabase = application.withPropertyValues("TIDB_DATABASE=" + newName());
        onNewDatabase.withPropertyValues("spring.flyway.locations=classpath:migrations-0.1.0").run(old ->
                assertThat(old.getBean(JdbcTemplate.class).update("INSERT INTO access_tokens (user_id, token_hash, ip_address, created_at,"
                        + " expires_at) VALUES (1, 'x', '', NOW(3), '2126-01-01')")).isEqualTo(1));
        onNewDatabase.run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(JdbcTemplate.class).queryForObject("SELECT expires_at FROM access_tokens", Timestamp.class)
                    .toInstant()).isEqualTo(Instant.parse("2038-01-01T00:00:00Z"));
        });
    }

    @Test
    void noTableNeedsTidbsCentralIds() {
        application.withPropertyValues("TIDB_DATABASE=" + newName()).run(context -> {
            JdbcTemplate database = context.getBean(JdbcTemplate.class);
            List<String> tables = database.queryForList("SHOW TABLES", String.class);
            assertThat(tables).contains("outbox").doesNotContain("outbox_by_event_id");
            assertThat(tables).allSatisfy(table -> assertThat(database.queryForMap("SHOW CREATE TABLE " + table).get("Create Table")
                    .toString()).doesNotContain("AUTO_ID_CACHE"));
        });
    }

    /** TiDB compares them with its global time zone. */
    @Test
    void bug13TimesOfTtlMeanTheSameInEveryTimeZone() {
        application.withPropertyValues("TIDB_DATABASE=" + newName()).run(context -> {
            JdbcTemplate database = context.getBean(JdbcTemplate.class);
            List<String> columns = isTidb(database)
                    ? database.queryForList("SHOW TABLES", String.class).stream()
                            .map(table -> table + " " + database.queryForMap("SHOW CREATE TABLE " + table).get("Create Table"))
                            .filter(table -> table.contains(" TTL="))
                            .map(table -> table.split(" ")[0] + "." + table.replaceFirst("(?s).* TTL=`(\\w+)`.*", "$1")).toList()
                    : List.of("access_tokens.expires_at", "processed_events.processed_at");
            assertThat(columns).hasSize(2).allSatisfy(column -> assertThat(database.queryForObject("SELECT column_type FROM "
                    + "information_schema.columns WHERE table_schema = DATABASE() AND CONCAT(table_name, '.', column_name) = ?",
                    String.class, column)).isEqualTo("timestamp(3)"));
            assertThat(database.queryForList("SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() "
                    + "AND extra LIKE '%on update%'", String.class)).isEmpty();
        });
    }

    @Test
    void bug16ConsumersHaveGroupIdsAsLongAsKafkas() {
        application.withPropertyValues("TIDB_DATABASE=" + newName()).run(context ->
                assertThat(context.getBean(JdbcTemplate.class).update(
                        "INSERT INTO processed_events (consumer, event_id) VALUES (?, 'e')", "g".repeat(255))).isEqualTo(1));
    }

    /** On a TiDB cluster from before 3.0.8, transactions are optimistic: the second statement would not wait. */
    @Test
    void bug21StatementsWaitForTheLocksOfOtherTransactions() {
        application.withPropertyValues("TIDB_DATABASE=" + newName()).run(first -> {
            JdbcTemplate database = first.getBean(JdbcTemplate.class);
            boolean tidb = isTidb(database);
            if (tidb) {
                database.execute("SET GLOBAL tidb_txn_mode = 'optimistic'");
            }
            HikariDataSource connections = first.getBean(HikariDataSource.class);
            connections.getHikariPoolMXBean().softEvictConnections();
            try (Connection one = connections.getConnection();
                    Statement update = one.createStatement();
                    Connection other = connections.getConnection();
                    Statement blocked = other.createStatement()) {
                one.setAutoCommit(false);
                other.setAutoCommit(false);
                update.executeUpdate("UPDATE users SET failed_logins = 1");

                assertThatThrownBy(() -> blocked.executeUpdate("UPDATE users SET failed_logins = 2"))
                        .isInstanceOfSatisfying(SQLException.class, failure -> assertThat(failure.getErrorCode()).isEqualTo(1205));
                one.commit();
                assertThat(blocked.executeUpdate("UPDATE users SET failed_logins = 3")).isEqualTo(1);
                other.commit();
            } finally {
                if (tidb) {
                    database.execute("SET GLOBAL tidb_txn_mode = 'pessimistic'");
                }
            }
        });
    }

    @Test
    void bug32TablesOfAnotherApplicationAbortStartup() {
        String name = newName();
        ApplicationContextRunner onItsDatabase = application.withPropertyValues("TIDB_DATABASE=" + name);
        onItsDatabase.withPropertyValues("spring.flyway.enabled=false").run(context ->
                context.getBean(JdbcTemplate.class).execute("CREATE TABLE orders (id BIGINT PRIMARY KEY)"));
        onItsDatabase.run(context -> isInUse(name, context.getStartupFailure()));
    }

    @Test
    void bug32MigrationsOfAnotherApplicationAbortStartup() {
        String name = newName();
        ApplicationContextRunner onItsDatabase = application.withPropertyValues("TIDB_DATABASE=" + name);
        onItsDatabase.run(context -> context.getBean(JdbcTemplate.class)
                .update("UPDATE flyway_schema_history SET description = 'orders' WHERE version = '1'"));
        onItsDatabase.run(context -> isInUse(name, context.getStartupFailure()));
    }

    private static void isInUse(String database, Throwable failure) {
        assertThat(reason(failure)).matches("The database \"" + database
                + "\" at \\S+:\\d+ has tables of another application; set TIDB_DATABASE to one of its own\\.");
    }

    @Test
    void failedMigrationAbortsStartupWithoutSql() {
        ApplicationContextRunner onNewDatabase = application.withPropertyValues("TIDB_DATABASE=" + newName());
        onNewDatabase.withPropertyValues("spring.flyway.target=5", "spring.flyway.repeatable-sql-migration-prefix=none").run(context ->
                context.getBean(JdbcTemplate.class).execute("DROP TABLE users"));
        onNewDatabase.run(context -> assertThat(reason(context.getStartupFailure())).matches("The database \"\\w+\" at \\S+:\\d+ cannot "
                + "be migrated; V6__failed_logins\\.sql failed \\(SQL error 1146, state 42S02\\)\\. The next start tries again\\."));
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (!(cause instanceof UnusableSettingException)) {
            assertThat(cause).isNotNull();
            cause = cause.getCause();
        }
        return cause.getMessage();
    }

    private static List<Resource> migrations() throws Exception {
        return Arrays.stream(new PathMatchingResourcePatternResolver().getResources("classpath*:db/migration/V*.sql"))
                .sorted(Comparator.comparingInt(file -> Integer.parseInt(file.getFilename().replaceFirst("V(\\d+)__.*", "$1")))).toList();
    }

    private static List<String> statements(Resource migration) throws Exception {
        String text = migration.getContentAsString(StandardCharsets.UTF_8).replaceAll("(?m)^ *--.*\n", "");
        return Arrays.stream(text.split(";\\s*\n")).filter(statement -> !statement.isBlank()).toList();
    }

    private static void execute(HikariDataSource database, List<String> statements) throws SQLException {
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static void store(PreparedStatement insert, String eventId) throws SQLException {
        insert.setString(1, eventId);
        insert.executeUpdate();
    }

    private static boolean isTidb(JdbcTemplate database) {
        return database.queryForObject("SELECT VERSION()", String.class).contains("TiDB");
    }

    @Test
    void seededUserIsOptional() {
        application.withPropertyValues("TIDB_DATABASE=" + newName(), "TIDEWATCH_SEED_USER=false").run(context ->
                assertThat(context.getBean(JdbcTemplate.class).queryForObject("SELECT COUNT(*) FROM users", Long.class)).isZero());
    }

    @Test
    void expiredTokensAreDeletedLater() {
        ApplicationContextRunner onNewDatabase = application.withPropertyValues("TIDB_DATABASE=" + newName());
        onNewDatabase.run(context -> keepsTokensFor(168, context.getBean(JdbcTemplate.class)));
        onNewDatabase.withPropertyValues("TIDEWATCH_EXPIRED_TOKENS_HOURS=24")
                .run(context -> keepsTokensFor(24, context.getBean(JdbcTemplate.class)));
    }

    private static void keepsTokensFor(int hours, JdbcTemplate database) {
        String table = database.queryForMap("SHOW CREATE TABLE access_tokens").get("Create Table").toString();
        assertThat(table).contains("keeps tokens for " + hours + " hours");
        if (database.queryForObject("SELECT VERSION()", String.class).contains("TiDB")) {
            assertThat(table).contains("TTL=`expires_at` + INTERVAL " + hours + " HOUR").contains("TTL_ENABLE='ON'");
        }
    }

    @Test
    void everyTableHasAPrimaryKeyForTiCdc() {
        application.withPropertyValues("TIDB_DATABASE=" + newName()).run(context -> {
            JdbcTemplate database = context.getBean(JdbcTemplate.class);
            String tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()";
            assertThat(database.queryForList(tables, String.class)).contains("users", "outbox");
            assertThat(database.queryForList(tables + " AND table_name NOT IN (SELECT table_name FROM information_schema.table_constraints"
                    + " WHERE table_schema = DATABASE() AND constraint_type = 'PRIMARY KEY')", String.class)).isEmpty();
        });
    }

    @Test
    void namesAndAddressesAreCaseInsensitive() {
        application.withPropertyValues("TIDB_DATABASE=" + newName()).run(context -> {
            JdbcTemplate database = context.getBean(JdbcTemplate.class);
            database.update("INSERT INTO users (username, email, password_hash) "
                    + "VALUES ('Ångström', 'A@x', 'h'), ('\uD83D\uDD12', 'b@x', 'h')");
            assertThat(database.queryForList("SELECT username FROM users WHERE username = 'ÅNGSTRÖM'", String.class))
                    .containsExactly("Ångström");
            assertThat(database.queryForList("SELECT username FROM users WHERE email = 'a@X'", String.class))
                    .containsExactly("Ångström");
            assertThat(database.queryForList("SELECT username FROM users WHERE username = 'Ångströn'", String.class)).isEmpty();
            assertThat(database.queryForObject("SELECT username FROM users WHERE email = 'B@X'", String.class)).isEqualTo("\uD83D\uDD12");
        });
    }

    @Test
    @DisabledIfSystemProperty(named = TestDatabase.PROPERTY, matches = ".+", disabledReason = "a named server is not this test's to stop")
    void retriesUntilTheDatabaseIsReachable() throws Exception {
        embedded.stop();
        CompletableFuture<Boolean> migrated = new CompletableFuture<>();
        Thread starting = new Thread(() -> application.withPropertyValues("TIDB_DATABASE=" + newName()).run(context ->
                migrated.complete(context.getStartupFailure() == null)));
        starting.start();
        Awaitility.await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(4)).until(() -> !migrated.isDone());

        embedded.start();

        assertThat(migrated.get()).isTrue();
    }

    private static void await(CyclicBarrier others) {
        try {
            others.await(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("The others do not start", e);
        }
    }

    private static String newName() {
        return "test_" + Long.toString(System.nanoTime(), 36);
    }
}

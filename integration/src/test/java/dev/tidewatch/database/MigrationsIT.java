package dev.tidewatch.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.embedded.EmbeddedDatabase;
import dev.tidewatch.support.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
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
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
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

package dev.tidewatch.login;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationTest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Lock timeouts and retryable errors of TiDB, and large ids. */
@Tag("sql")
class BusyDatabaseIT extends ApplicationTest {

    @Autowired
    private DataSource dataSource;

    @Test
    void loginThatTimesOutOnALockAnswers503AndStoresNothing() throws Exception {
        long tokens = tokens();
        whileLocked("SELECT id FROM users WHERE username = 'admin' FOR UPDATE", () -> refused(api.login("admin", "admin123")));

        assertThat(tokens()).isEqualTo(tokens);
        assertThat(api.login("admin", "admin123").statusCode()).isEqualTo(200);
    }

    @Test
    void logoutThatTimesOutOnALockAnswers503AndCanBeRepeated() throws Exception {
        String token = api.token();
        whileLocked("SELECT id FROM access_tokens FOR UPDATE", () -> refused(api.post("/api/logout", "", Api.bearer(token))));

        assertThat(api.get("/api/profile", Api.bearer(token)).statusCode()).isEqualTo(200);
        assertThat(api.post("/api/logout", "", Api.bearer(token)).statusCode()).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(ints = {8002, 8022, 8028, 9001, 9007, 1213, 1105})
    void retryableTransactionErrorAnswers503(int code) throws Exception {
        assumeFalse(isTiDb(), "TiDB has no triggers that could send its errors");
        long tokens = tokens();
        withoutBinlog("CREATE TRIGGER busy BEFORE INSERT ON outbox FOR EACH ROW SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = " + code
                + ", MESSAGE_TEXT = 'pessimistic lock retry limit reached'");
        try {
            refused(api.login("admin", "admin123"));
            refused(api.login("admin", "wrong"));
        } finally {
            withoutBinlog("DROP TRIGGER busy");
        }

        assertThat(tokens()).isEqualTo(tokens);
        assertThat(api.login("admin", "admin123").statusCode()).isEqualTo(200);
    }

    @Test
    void idsMayHaveGapsAndBeLarge() {
        for (String table : List.of("users", "access_tokens", "outbox")) {
            database.execute("ALTER TABLE " + table + " AUTO_INCREMENT = 5000000000");
        }
        database.update("INSERT INTO users (username, email, password_hash) "
                + "SELECT 'gap', 'gap@tidewatch.local', password_hash FROM users WHERE username = 'admin'");

        HttpResponse<String> response = api.login("gap", "admin123");
        JsonNode login = api.body(response);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(login.path("userId").asLong()).isGreaterThanOrEqualTo(5_000_000_000L);
        String[] bearer = Api.bearer(login.path("token").asText());
        assertThat(api.body(api.get("/api/profile", bearer)).path("userId")).isEqualTo(login.path("userId"));
        assertThat(log.await(where("event", "LOGIN_SUCCESS").and(where("username", "gap"))).path("userId")).isEqualTo(login.path("userId"));
        assertThat(api.post("/api/logout", "", bearer).statusCode()).isEqualTo(204);
        log.await(where("event", "LOGOUT").and(where("username", "gap")));
    }

    private void refused(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(api.body(response).path("detail").asText()).isEqualTo("The database is busy. Try again in a few seconds.");
    }

    private void whileLocked(String select, Runnable request) throws SQLException {
        try (Connection other = dataSource.getConnection(); Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.executeQuery(select);
            request.run();
            other.rollback();
        }
    }

    private void withoutBinlog(String definition) throws SQLException {
        try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION sql_log_bin = 0");
            statement.execute(definition);
            statement.execute("SET SESSION sql_log_bin = 1");
        }
    }

    private long tokens() {
        return database.queryForObject("SELECT COUNT(*) FROM access_tokens", Long.class);
    }

    private boolean isTiDb() {
        return database.queryForObject("SELECT VERSION()", String.class).contains("TiDB");
    }
}

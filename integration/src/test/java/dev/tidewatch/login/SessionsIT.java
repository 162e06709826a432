package dev.tidewatch.login;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.TestDatabase;
import dev.tidewatch.support.Topic;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Listing and revoking sessions, and changing the password. */
@Tag("sql")
class SessionsIT extends ApplicationTest {

    private static final String PASSWORD = "admin123";
    private static final String NEW_PASSWORD = "  p\u00E4ss w\u00F6rd ${body} ";
    /** One character, two in Java. */
    private static final String LOCK = "\uD83D\uDD12";

    private final ObjectMapper json = new ObjectMapper();

    private final ExecutorService clients = Executors.newCachedThreadPool();

    @Autowired
    private CamelContext camel;

    @Autowired
    private DataSource dataSource;

    /** Each test's own user, with the password of the seeded one. */
    private String name;

    @BeforeEach
    void user() {
        name = newUser();
    }

    @AfterAll
    void stop() {
        clients.shutdownNow();
    }

    @Test
    void listsTheUsersOpenSessionsWithoutSecrets() {
        token(newUser());
        String loggedOut = token();
        api.post("/api/logout", "", Api.bearer(loggedOut));
        String expired = token();
        database.update("UPDATE access_tokens SET expires_at = CURRENT_TIMESTAMP(3) WHERE id = ?", currentId(expired));
        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        String first = token();
        String second = api.body(api.post("/api/login", api.credentials(name, PASSWORD), "User-Agent", "sessions-test/é"))
                .path("token").asText();
        HttpResponse<String> answer = api.get("/api/sessions", Api.bearer(first));
        JsonNode sessions = api.body(answer).path("sessions");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(sessions).hasSize(2).allSatisfy(session -> {
            assertThat(session.fieldNames()).toIterable()
                    .containsExactly("id", "createdAt", "expiresAt", "ipAddress", "userAgent", "current");
            Instant created = Instant.parse(session.path("createdAt").asText());
            assertThat(created).isBetween(before, Instant.now());
            assertThat(Instant.parse(session.path("expiresAt").asText())).isEqualTo(created.plus(Duration.ofHours(24)));
            assertThat(session.path("ipAddress").asText()).isEqualTo("127.0.0.1");
        });
        assertThat(sessions.path(0).path("current").asBoolean()).isTrue();
        assertThat(sessions.path(0).path("userAgent").asText()).startsWith("Java-http-client");
        assertThat(sessions.path(1).path("current").asBoolean()).isFalse();
        assertThat(sessions.path(1).path("userAgent").asText()).startsWith("sessions-test/");
        assertThat(sessions.path(1).path("id").asLong()).isEqualTo(currentId(second));
        assertThat(answer.body()).doesNotContain(first).doesNotContain(second);
    }

    @Test
    void rejectsATokenThatAnotherInstanceRevoked() {
        String token = token();
        long id = currentId(token);

        database.update("UPDATE access_tokens SET revoked_at = CURRENT_TIMESTAMP(3) WHERE id = ?", id);

        assertThat(List.of(api.get("/api/profile", Api.bearer(token)), api.get("/api/sessions", Api.bearer(token)), delete("/" + id, token),
                delete("", token), api.post("/api/logout", "", Api.bearer(token)))).extracting(HttpResponse::statusCode).containsOnly(401);
    }

    /** Neither the driver nor the pool adds a SET, a commit, a prepare or a check of the connection. */
    @Test
    void checkingATokenIsOneStatement() {
        String token = token();
        int checks = 200;
        api.get("/api/profile", Api.bearer(token));

        Map<String, Integer> executed = executedBy(() -> {
            for (int i = 0; i < checks; i++) {
                assertThat(api.get("/api/profile", Api.bearer(token)).statusCode()).isEqualTo(200);
            }
        });

        // Background routes execute fewer.
        executed.values().removeIf(times -> times < checks / 2);
        assertThat(executed).hasSize(1).allSatisfy((statement, times) -> {
            assertThat(statement).containsIgnoringCase("token_hash");
            assertThat(times).isBetween(checks - notSummedUp(), checks);
        });
    }

    @Test
    void aPermitOfTheRateLimitIsOneStatement() {
        token();
        // A full bucket may be deleted meanwhile.
        database.update("UPDATE login_rates SET full_at = NOW(3) + INTERVAL 30 SECOND");
        int logins = 5;

        Map<String, Integer> executed = executedBy(() -> {
            for (int i = 0; i < logins; i++) {
                token();
            }
        });

        executed.keySet().removeIf(statement -> !statement.contains("login_rates"));
        assertThat(executed).hasSize(1).allSatisfy((statement, times) -> assertThat(times).isBetween(logins - notSummedUp(), logins));
    }

    @Test
    void answersWithTheLengthOfTheBody() {
        HttpResponse<String> answer = api.get("/api/profile", Api.bearer(token()));

        assertThat(answer.headers().firstValueAsLong("Content-Length")).hasValue(answer.body().length());
        assertThat(answer.headers().firstValue("Transfer-Encoding")).isEmpty();
    }

    @Test
    void revokesASessionByIdAndStoresItsEvent() {
        String mine = token();
        String lost = token();

        assertThat(delete("/" + currentId(lost), mine).statusCode()).isEqualTo(204);

        assertThat(api.get("/api/profile", Api.bearer(lost)).statusCode()).isEqualTo(401);
        assertThat(api.get("/api/profile", Api.bearer(mine)).statusCode()).isEqualTo(200);
        assertThat(events()).endsWith("LOGIN_SUCCESS", "SESSION_REVOKED");
        JsonNode consumed = log.await(where("event", "SESSION_REVOKED").and(where("username", name)));
        assertThat(consumed.path("ip").asText()).isEqualTo("127.0.0.1");
        assertThat(consumed.path("userId").asLong()).isPositive();
        assertThat(delete("/" + currentId(mine), mine).statusCode()).as("own session").isEqualTo(204);
        assertThat(api.get("/api/profile", Api.bearer(mine)).statusCode()).isEqualTo(401);
    }

    @Test
    void anotherUsersSessionIsUnknown() {
        String mine = token();
        String others = token(newUser());
        String over = token();
        long overId = currentId(over);
        api.post("/api/logout", "", Api.bearer(over));
        int before = events().size();
        HttpResponse<String> unknown = delete("/999999999", mine);

        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/problem+json");
        for (String id : List.of(String.valueOf(currentId(others)), String.valueOf(overId))) {
            HttpResponse<String> answer = delete("/" + id, mine);
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).isEqualTo(unknown.body());
        }
        assertThat(api.get("/api/profile", Api.bearer(others)).statusCode()).isEqualTo(200);
        assertThat(events()).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%d-", "%da", "%d.0", "0%d", "-%d", "99999999999999999999", "null", "0", "a"})
    void rejectsInvalidSessionIds(String pattern) {
        String mine = token();
        String path = "/" + pattern.formatted(currentId(mine));

        assertThat(delete(path, mine).statusCode()).isEqualTo(404);
        assertThat(api.get("/api/profile", Api.bearer(mine)).statusCode()).isEqualTo(200);
    }

    @Test
    void revokesAllSessionsOfTheCallerOnly() {
        List<String> mine = List.of(token(), token(), token());
        String others = token(newUser());
        long ended = database.queryForObject("SELECT COUNT(*) FROM access_tokens WHERE revoked_at IS NOT NULL", Long.class);

        assertThat(delete("", mine.get(1)).statusCode()).isEqualTo(204);

        assertThat(mine).allSatisfy(token -> assertThat(api.get("/api/profile", Api.bearer(token)).statusCode()).isEqualTo(401));
        assertThat(api.get("/api/profile", Api.bearer(others)).statusCode()).isEqualTo(200);
        assertThat(database.queryForObject("SELECT COUNT(*) FROM access_tokens WHERE revoked_at IS NOT NULL", Long.class))
                .isEqualTo(ended + 3);
        assertThat(events()).containsExactly("LOGIN_SUCCESS", "LOGIN_SUCCESS", "LOGIN_SUCCESS", "ALL_SESSIONS_REVOKED");
        log.await(where("event", "ALL_SESSIONS_REVOKED").and(where("username", name)));
    }

    @Test
    void storesARevocationAndItsEventTogetherOrNotAtAll() {
        String mine = token();
        String other = token();
        database.execute("RENAME TABLE outbox TO outbox_away");
        try {
            assertThat(delete("/" + currentId(other), mine).statusCode()).isEqualTo(500);
            assertThat(delete("", mine).statusCode()).isEqualTo(500);
        } finally {
            database.execute("RENAME TABLE outbox_away TO outbox");
        }

        assertThat(api.body(api.get("/api/sessions", Api.bearer(mine))).path("sessions")).hasSize(2);
    }

    @Test
    void oneOfSeveralConcurrentRequestsRevokesTheSession() {
        String mine = token();
        long id = currentId(token());

        assertThat(atOnce(6, () -> delete("/" + id, mine).statusCode())).containsOnlyOnce(204).containsOnly(204, 404);
        assertThat(atOnce(6, () -> delete("", mine).statusCode())).containsOnlyOnce(204).containsOnly(204, 401);
        assertThat(events()).containsExactly("LOGIN_SUCCESS", "LOGIN_SUCCESS", "SESSION_REVOKED", "ALL_SESSIONS_REVOKED");
    }

    @Test
    void wrongMethodAnswers405WithTheAllowedMethods() {
        HttpResponse<String> answer = api.post("/api/sessions", "");

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow").orElseThrow().split(",\\s*")).containsExactlyInAnyOrder("GET", "DELETE");
    }

    @Test
    void loginReturnsTheTokenInACookieOnRequest() {
        HttpResponse<String> login = cookieLogin("Sec-Fetch-Site", "same-origin");
        String cookie = cookie(login);

        assertThat(login.headers().allValues("Set-Cookie")).containsExactly(cookie + "; Path=/; Secure; HttpOnly; SameSite=Strict");
        assertThat(cookie).matches("__Host-tidewatch=[A-Za-z0-9_-]{43}");
        assertThat(api.body(login).fieldNames()).toIterable().containsExactly("userId", "username", "expiresAt");
        assertThat(api.get("/api/profile", "Cookie", cookie).statusCode()).isEqualTo(200);
        assertThat(api.get("/api/profile", "Cookie", "theme=dark; " + cookie + "; a=b", "Sec-Fetch-Site", "cross-site").statusCode())
                .isEqualTo(200);
        assertThat(api.get("/api/profile", "Cookie", cookie.replace("__Host-", "")).statusCode()).isEqualTo(401);
        assertThat(api.get("/api/profile", "Cookie", "session=" + cookie.split("=")[1]).statusCode()).isEqualTo(401);
        assertThat(api.get("/api/profile", "Cookie", "__Host-tidewatch=").statusCode()).isEqualTo(401);
        assertThat(api.login(name, PASSWORD).headers().firstValue("Set-Cookie")).as("not requested").isEmpty();
    }

    @Test
    void crossSiteRequestWithACookieIsRejected() {
        String cookie = cookie(cookieLogin("Origin", api.address()));
        long id = currentId(cookie.split("=")[1]);

        for (String[] headers : new String[][] {{}, {"Sec-Fetch-Site", "cross-site"},
            {"Sec-Fetch-Site", "same-site", "Origin", api.address()}, {"Origin", "http://localhost:1"}, {"Origin", "null"}}) {
            String[] sent = Stream.concat(Stream.of(headers), Stream.of("Cookie", cookie)).toArray(String[]::new);
            assertThat(List.of(api.post("/api/logout", "", sent), delete("", sent), delete("/" + id, sent),
                    api.post("/api/dead-letters/replay", "{\"topic\":\"user-events\"}", sent), api.post("/api/routes/x/stop", "", sent)))
                    .allSatisfy(answer -> {
                        assertThat(answer.statusCode()).isEqualTo(403);
                        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/problem+json");
                    });
            assertThat(cookieLogin(headers).statusCode()).as("a login that requests a cookie").isEqualTo(403);
        }
        assertThat(events()).containsExactly("LOGIN_SUCCESS");

        HttpResponse<String> logout = api.post("/api/logout", "", "Cookie", cookie, "Sec-Fetch-Site", "same-origin");
        assertThat(logout.statusCode()).isEqualTo(204);
        assertThat(logout.headers().allValues("Set-Cookie"))
                .containsExactly("__Host-tidewatch=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
        assertThat(api.get("/api/profile", "Cookie", cookie).statusCode()).isEqualTo(401);
    }

    @Test
    void deletesTheCookieWithItsOwnSessionOnly() {
        String cookie = cookie(cookieLogin("Sec-Fetch-Site", "same-origin"));
        String[] page = {"Cookie", cookie, "Sec-Fetch-Site", "same-origin"};
        long other = currentId(token());
        long own = currentId(cookie.split("=")[1]);

        assertThat(delete("/" + other, page).headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(delete("/" + own, page).headers().firstValue("Set-Cookie").orElseThrow()).endsWith("; Max-Age=0");
        assertThat(delete("", "Cookie", cookie(cookieLogin("Sec-Fetch-Site", "same-origin")), "Sec-Fetch-Site", "same-origin")
                .headers().firstValue("Set-Cookie").orElseThrow()).endsWith("; Max-Age=0");
    }

    @Test
    void bearerTokenTakesPrecedenceOverTheCookie() {
        String cookie = cookie(cookieLogin("Sec-Fetch-Site", "same-origin"));
        String token = token();

        assertThat(api.get("/api/profile", "Cookie", cookie, "Authorization", "Bearer " + "A".repeat(43)).statusCode()).isEqualTo(401);
        assertThat(api.get("/api/profile", "Cookie", cookie, "Authorization", "Bearer ").statusCode()).isEqualTo(401);
        HttpResponse<String> logout = api.post("/api/logout", "", "Cookie", cookie, "Authorization", "Bearer " + token,
                "Sec-Fetch-Site", "cross-site");
        assertThat(logout.statusCode()).as("no cookie is used").isEqualTo(204);
        assertThat(logout.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(api.get("/api/profile", Api.bearer(token)).statusCode()).isEqualTo(401);
        assertThat(api.get("/api/profile", "Cookie", cookie).statusCode()).isEqualTo(200);
    }

    @Test
    void cookieLeaksIntoNoLogRecordOrResponse() throws Exception {
        String cookie = cookie(cookieLogin("Sec-Fetch-Site", "same-origin"));
        String secret = cookie.split("=")[1];
        assertThat(api.get("/api/profile", "Cookie", cookie).body()).doesNotContain(secret);
        assertThat(api.get("/api/nothing", "Cookie", cookie).body()).doesNotContain(secret);
        api.get("/api/profile", "Cookie", cookie + "; malformed=a b" + secret);
        api.post("/api/logout", "", "Cookie", cookie, "Sec-Fetch-Site", "same-origin");
        log.await(where("event", "LOGOUT").and(where("username", name)));

        assertThat(log.texts()).noneMatch(line -> line.contains(secret));
        try (Topic topic = new Topic(brokers, "user-events")) {
            topic.await(record -> {
                assertThat(Topic.text(record) + record.headers()).doesNotContain(secret);
                return Topic.text(record).contains("\"LOGOUT\",\"userId\":" + userId());
            });
        }
    }

    @Test
    void newPasswordRevokesAllOtherSessions() {
        String mine = token();
        String lost = token();
        String others = token(newUser());

        HttpResponse<String> answer = changePassword(PASSWORD, NEW_PASSWORD, Api.bearer(mine));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
        assertThat(api.get("/api/profile", Api.bearer(mine)).statusCode()).isEqualTo(200);
        assertThat(api.get("/api/profile", Api.bearer(lost)).statusCode()).isEqualTo(401);
        assertThat(api.get("/api/profile", Api.bearer(others)).statusCode()).isEqualTo(200);
        assertThat(api.login(name, PASSWORD).statusCode()).isEqualTo(401);
        assertThat(api.login(name, NEW_PASSWORD.strip()).statusCode()).isEqualTo(401);
        assertThat(api.login(name, Normalizer.normalize(NEW_PASSWORD, Normalizer.Form.NFD)).statusCode()).isEqualTo(401);
        assertThat(api.login(name, NEW_PASSWORD).statusCode()).isEqualTo(200);
        assertThat(events()).startsWith("LOGIN_SUCCESS", "LOGIN_SUCCESS", "PASSWORD_CHANGED");
        log.await(where("event", "PASSWORD_CHANGED").and(where("username", name)));
        assertThat(log.texts()).noneMatch(line -> line.contains(NEW_PASSWORD.strip()));
    }

    @Test
    void wrongCurrentPasswordChangesNothing() {
        String mine = token();
        String other = token();

        HttpResponse<String> answer = changePassword("${body}", NEW_PASSWORD, Api.bearer(mine));

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/problem+json");
        assertThat(api.body(answer).path("errors").path(0).path("field").asText()).isEqualTo("currentPassword");
        assertThat(api.get("/api/profile", Api.bearer(mine)).statusCode()).isEqualTo(200);
        assertThat(api.get("/api/profile", Api.bearer(other)).statusCode()).isEqualTo(200);
        assertThat(api.login(name, PASSWORD).statusCode()).isEqualTo(200);
        JsonNode failure = log.await(where("event", "PASSWORD_CHANGE_FAILURE").and(where("username", name)));
        assertThat(failure.path("reason").asText()).isEqualTo("bad_credentials");
        assertThat(changePassword(PASSWORD, NEW_PASSWORD).statusCode()).isEqualTo(401);
        assertThat(changePassword(PASSWORD, NEW_PASSWORD, "Cookie", "__Host-tidewatch=" + mine).statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"short-7", LOCK + LOCK + LOCK + LOCK, "password1", "%s", "%s@tidewatch.local", "Tidewatch-1"})
    void weakPasswordIsRejectedWithItsField(String pattern) {
        String mine = token();
        HttpResponse<String> answer = changePassword(PASSWORD, pattern.formatted(name), Api.bearer(mine));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(api.body(answer).path("errors").path(0).path("field").asText()).isEqualTo("newPassword");
        assertThat(api.body(answer).path("errors").path(0).path("detail").asText()).isNotBlank();
        assertThat(events()).containsExactly("LOGIN_SUCCESS");
        assertThat(api.login(name, PASSWORD).statusCode()).isEqualTo(200);
    }

    @Test
    void acceptsPasswordsOfAtMost128CodePoints() {
        String mine = token();
        assertThat(changePassword(PASSWORD, LOCK.repeat(129), Api.bearer(mine)).statusCode()).isEqualTo(400);
        assertThat(changePassword(PASSWORD, LOCK.repeat(128), Api.bearer(mine)).statusCode()).isEqualTo(204);
        assertThat(api.login(name, LOCK.repeat(128)).statusCode()).isEqualTo(200);
        assertThat(api.post("/api/password", "{\"newPassword\":\"correct horse\"}", Api.bearer(mine)).statusCode()).isEqualTo(400);
    }

    @Test
    void storesAPasswordChangeAndItsEventTogetherOrNotAtAll() {
        String mine = token();
        String other = token();
        database.execute("RENAME TABLE outbox TO outbox_away");
        try {
            assertThat(changePassword(PASSWORD, NEW_PASSWORD, Api.bearer(mine)).statusCode()).isEqualTo(500);
        } finally {
            database.execute("RENAME TABLE outbox_away TO outbox");
        }

        assertThat(api.get("/api/profile", Api.bearer(other)).statusCode()).isEqualTo(200);
        assertThat(api.login(name, PASSWORD).statusCode()).isEqualTo(200);
    }

    @Test
    void oneOfSeveralConcurrentPasswordChangesSucceeds() {
        String mine = token();
        AtomicInteger number = new AtomicInteger();

        assertThat(atOnce(6, () -> changePassword(PASSWORD, NEW_PASSWORD + number.incrementAndGet(), Api.bearer(mine)).statusCode()))
                .containsOnlyOnce(204).containsOnly(204, 403);
        assertThat(events()).containsOnlyOnce("PASSWORD_CHANGED");
        assertThat(IntStream.rangeClosed(1, 6).map(i -> api.login(name, NEW_PASSWORD + i).statusCode()).boxed()).containsOnlyOnce(200);
    }

    @Test
    void inFlightLoginWithTheOldPasswordIsRejected() throws Exception {
        try (Connection other = dataSource.getConnection(); Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.executeUpdate("UPDATE users SET credential_version = credential_version + 1 WHERE username = '" + name + "'");
            CompletableFuture<Integer> login = CompletableFuture.supplyAsync(() -> api.login(name, PASSWORD).statusCode(), clients);
            Awaitility.await().pollInterval(Duration.ofMillis(5))
                    .until(() -> camel.getInflightRepository().size("open-session") > 0);
            other.commit();
            assertThat(login.join()).isEqualTo(401);
        }
        assertThat(database.queryForObject("SELECT COUNT(*) FROM access_tokens WHERE user_id = ?", Long.class, userId())).isZero();
    }

    private HttpResponse<String> changePassword(String current, String wanted, String... headers) {
        return api.post("/api/password", json.createObjectNode().put("currentPassword", current).put("newPassword", wanted).toString(),
                headers);
    }

    private HttpResponse<String> cookieLogin(String... headers) {
        return api.post("/api/login", "{\"username\":\"%s\",\"password\":\"%s\",\"session\":\"cookie\"}".formatted(name, PASSWORD),
                headers);
    }

    /** The name and value of the cookie that a response sets. */
    private static String cookie(HttpResponse<String> answer) {
        return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    }

    private long userId() {
        return database.queryForObject("SELECT id FROM users WHERE username = ?", Long.class, name);
    }

    private List<Integer> atOnce(int count, Supplier<Integer> request) {
        return IntStream.range(0, count).mapToObj(i -> CompletableFuture.supplyAsync(request, clients)).toList()
                .stream().map(CompletableFuture::join).toList();
    }

    private String token() {
        return token(name);
    }

    private String token(String user) {
        return api.body(api.login(user, PASSWORD)).path("token").asText();
    }

    /** The id of a token's session. */
    private long currentId(String token) {
        JsonNode sessions = api.body(api.get("/api/sessions", Api.bearer(token))).path("sessions");
        return StreamSupport.stream(sessions.spliterator(), false).filter(session -> session.path("current").asBoolean())
                .findFirst().orElseThrow().path("id").asLong();
    }

    private HttpResponse<String> delete(String path, String token) {
        return delete(path, Api.bearer(token));
    }

    private HttpResponse<String> delete(String path, String... headers) {
        return api.send(api.request("/api/sessions" + path, headers).method("DELETE", BodyPublishers.noBody()).build());
    }

    /** The user's events at the API, in order. */
    private List<String> events() {
        return log.lines(line -> line.has("action") && line.path("username").asText().equals(name)).stream()
                .map(line -> line.path("action").asText()).toList();
    }

    private String newUser() {
        String user = "owner-" + Long.toString(System.nanoTime(), 36);
        database.update("INSERT INTO users (username, email, password_hash) SELECT ?, ?, password_hash FROM users WHERE username = 'admin'",
                user, user + "@tidewatch.local");
        return user;
    }

    /** TiDB adds a statement to its summary after it has answered, so that the last one may be missing. */
    private static int notSummedUp() {
        return TestDatabase.named().isPresent() ? 1 : 0;
    }

    /** How often the database executes each statement meanwhile: MariaDB's log of commands, or TiDB's summary by digest. */
    private Map<String, Integer> executedBy(Runnable requests) {
        if (TestDatabase.named().isPresent()) {
            Map<String, Integer> before = summary();
            requests.run();
            Map<String, Integer> after = summary();
            before.forEach((statement, times) -> after.merge(statement, -times, Integer::sum));
            after.values().removeIf(times -> times == 0);
            return after;
        }
        database.execute("SET GLOBAL log_output = 'TABLE'");
        String start = database.queryForObject("SELECT CURRENT_TIMESTAMP(6)", String.class);
        database.execute("SET GLOBAL general_log = 1");
        try {
            requests.run();
        } finally {
            database.execute("SET GLOBAL general_log = 0");
        }
        return counts("SELECT CONCAT(command_type, ' ', argument), COUNT(*) FROM mysql.general_log WHERE event_time >= ? GROUP BY 1",
                start);
    }

    private Map<String, Integer> summary() {
        return counts("SELECT DIGEST_TEXT, SUM(EXEC_COUNT) FROM information_schema.statements_summary GROUP BY 1");
    }

    private Map<String, Integer> counts(String query, Object... arguments) {
        Map<String, Integer> counts = new HashMap<>();
        database.query(query, row -> {
            counts.put(String.valueOf(row.getString(1)), row.getInt(2));
        }, arguments);
        return counts;
    }
}

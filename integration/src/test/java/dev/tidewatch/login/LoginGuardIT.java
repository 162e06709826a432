package dev.tidewatch.login;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationTest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** Rate limit, account lock and password slots against password guessing. */
@Tag("sql")
@TestPropertySource(properties = {
    "tidewatch.login.failures=3", "tidewatch.login.lock=10m", "tidewatch.login.longest-lock=25m", "tidewatch.login.failures-kept=12h",
    "tidewatch.login.burst=20", "tidewatch.login.interval=10m", "tidewatch.login.trim-rates-every=500",
    "tidewatch.http.trusted-proxies=127.0.0.1", "tidewatch.login.queue=24"})
class LoginGuardIT extends ApplicationTest {

    private final ExecutorService clients = Executors.newCachedThreadPool();

    private final AtomicInteger networks = new AtomicInteger();

    @Autowired
    private CamelContext camel;

    @Autowired
    private DataSource dataSource;

    @AfterAll
    void stop() {
        clients.shutdownNow();
    }

    @Test
    void lockedAccountAnswersLikeAWrongPassword() {
        String name = user();
        HttpResponse<String> wrong = login(name, "wrong");
        login(name, "wrong");
        login(name, "wrong");
        HttpResponse<String> locked = login(name, "wrong");
        HttpResponse<String> lockedAndRight = login(name, "admin123");
        HttpResponse<String> unknown = login("nobody-" + name, "wrong");

        assertThat(List.of(locked, lockedAndRight, unknown)).allSatisfy(answer -> {
            assertThat(answer.statusCode()).isEqualTo(401).isEqualTo(wrong.statusCode());
            assertThat(answer.body()).isEqualTo(wrong.body());
            assertThat(answer.headers().map().keySet()).isEqualTo(wrong.headers().map().keySet());
        });
        assertThat(atApi(name)).containsExactly("LOGIN_FAILURE bad_credentials", "LOGIN_FAILURE bad_credentials",
                "LOGIN_FAILURE bad_credentials", "ACCOUNT_LOCKED", "LOGIN_FAILURE locked", "LOGIN_FAILURE locked");
        assertThat(log.await(6, consumed(name)).stream().map(LoginGuardIT::text)).isEqualTo(atApi(name));
    }

    @Test
    void wrongPasswordOfAPasswordChangeCountsAsAFailedLogin() {
        String name = user();
        String[] session = Api.bearer(api.body(login(name, "admin123")).path("token").asText());
        HttpResponse<String> wrong = changePassword("wrong", session);
        changePassword("wrong", session);
        login(name, "wrong");
        HttpResponse<String> locked = changePassword("admin123", session);

        assertThat(wrong.statusCode()).isEqualTo(403);
        assertThat(locked.statusCode()).isEqualTo(403);
        assertThat(locked.body()).isEqualTo(wrong.body());
        assertThat(atApi(name)).containsExactly("LOGIN_SUCCESS", "PASSWORD_CHANGE_FAILURE bad_credentials",
                "PASSWORD_CHANGE_FAILURE bad_credentials", "LOGIN_FAILURE bad_credentials", "ACCOUNT_LOCKED",
                "PASSWORD_CHANGE_FAILURE locked");
        assertThat(api.get("/api/profile", session).statusCode()).isEqualTo(200);
        endLock(name);
        assertThat(changePassword("admin123", session).statusCode()).isEqualTo(204);
        assertThat(row(name)).containsEntry("failed_logins", 0).containsEntry("last_failed_at", null);
    }

    @Test
    void rightPasswordLogsInAfterTheLockExpires() {
        String name = locked(user());
        endLock(name);
        JsonNode end = log.await(where("action", "ACCOUNT_UNLOCKED").and(where("username", name)));

        assertThat(end.path("routeId").asText()).isEqualTo("announce-event");
        assertThat(end.has("ipAddress")).isFalse();
        assertThat(row(name)).containsEntry("failed_logins", 3).containsEntry("locked_until", null);
        assertThat(login(name, "admin123").statusCode()).isEqualTo(200);
        assertThat(row(name)).containsEntry("failed_logins", 0).containsEntry("last_failed_at", null);
        assertThat(atApi(name)).endsWith("ACCOUNT_LOCKED", "ACCOUNT_UNLOCKED", "LOGIN_SUCCESS");
    }

    @Test
    void loginRemovesAnExpiredLock() throws Exception {
        camel.getRouteController().stopRoute("end-locks");
        try {
            String name = locked(user());
            endLock(name);
            assertThat(login(name, "admin123").statusCode()).isEqualTo(200);
            assertThat(atApi(name)).endsWith("ACCOUNT_LOCKED", "ACCOUNT_UNLOCKED", "LOGIN_SUCCESS");

            String other = locked(user());
            endLock(other);
            assertThat(login(other, "wrong").statusCode()).isEqualTo(401);
            assertThat(atApi(other)).endsWith("ACCOUNT_LOCKED", "ACCOUNT_UNLOCKED", "LOGIN_FAILURE bad_credentials", "ACCOUNT_LOCKED");
        } finally {
            camel.getRouteController().startRoute("end-locks");
        }
    }

    @Test
    void lockGrowsUpToItsLimitAndOldFailuresAreForgotten() {
        assertThat(lockAfter(2, "11 HOUR")).isEqualTo(10);
        assertThat(lockAfter(3, "0 HOUR")).isEqualTo(10);
        assertThat(lockAfter(5, "0 HOUR")).isEqualTo(20);
        assertThat(lockAfter(8, "0 HOUR")).isEqualTo(25);
        assertThat(lockAfter(2_000_000_000, "0 HOUR")).isEqualTo(25);
        assertThat(lockAfter(2, "13 HOUR")).isZero();
    }

    @Test
    void countsConcurrentFailuresExactly() {
        String name = user();
        int before = failures(name, "bad_credentials");
        List<CompletableFuture<Integer>> answers = IntStream.range(0, 12)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> login(name, "wrong").statusCode(), clients)).toList();

        assertThat(answers.stream().map(CompletableFuture::join)).hasSize(12).containsOnly(401);
        assertThat(row(name)).containsEntry("failed_logins", 3);
        assertThat(failures(name, "bad_credentials") - before).isEqualTo(3);
        assertThat(failures(name, "locked")).isEqualTo(9);
        assertThat(atApi(name)).containsOnlyOnce("ACCOUNT_LOCKED");
    }

    @Test
    void lockThatBeginsDuringALoginRejectsIt() throws Exception {
        String name = user();
        try (Connection other = dataSource.getConnection(); Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.executeUpdate("UPDATE users SET locked_until = NOW(3) + INTERVAL 1 HOUR WHERE username = '" + name + "'");
            CompletableFuture<Integer> login = CompletableFuture.supplyAsync(() -> login(name, "admin123").statusCode(), clients);
            Awaitility.await().pollInterval(Duration.ofMillis(5))
                    .until(() -> camel.getInflightRepository().size("open-session") > 0);
            other.commit();
            assertThat(login.join()).isEqualTo(401);
        }
        assertThat(atApi(name)).containsExactly("LOGIN_FAILURE locked");
    }

    @Test
    void rateLimitedNetworkGets429AndStoresOneEvent() {
        String name = user();
        List<HttpResponse<String>> answers = IntStream.range(0, 24)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> login(name, "admin123", "2001:db8:ffff:1::" + i), clients)).toList()
                .stream().map(CompletableFuture::join).toList();

        assertThat(answers.stream().map(HttpResponse::statusCode)).containsOnly(200, 429).filteredOn(status -> status == 200).hasSize(20);
        HttpResponse<String> refused = login(name, "wrong", "2001:db8:ffff:1:ffff::1");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/problem+json");
        assertThat(api.body(refused).path("detail").asText()).isEqualTo("Too many logins from your address. Try again later.");
        assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow())).isBetween(500, 601);
        assertThat(atApi(name)).containsOnlyOnce("LOGIN_FAILURE rate_limited");
        JsonNode event = log.await(consumed(name).and(where("reason", "rate_limited")));
        assertThat(event.path("ip").asText()).startsWith("2001:db8:ffff:1:");
        assertThat(event.has("userId")).isFalse();
        assertThat(row(name)).containsEntry("failed_logins", 0);

        assertThat(login(name, "admin123", "2001:db8:ffff:2::1").statusCode()).as("another network").isEqualTo(200);
        assertThat(login(name, "admin123", "2001:db8:ffff:2::1, 2001:db8:ffff:1::1").statusCode())
                .as("a forged address is ignored").isEqualTo(429);
    }

    @Test
    void concurrentFirstLoginsOfANetworkGetTheirPermits() {
        for (int network = 0; network < 5; network++) {
            String address = "2001:db8:fffd:" + network + "::1";
            List<Integer> answers = IntStream.range(0, 8)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> login("nobody", "x", address).statusCode(), clients)).toList()
                    .stream().map(CompletableFuture::join).toList();
            assertThat(answers).containsOnly(401);
        }
    }

    @Test
    void bucketGainsPermitsAndIsDeletedWhenFull() {
        String network = "2001:db8:fffe:0:0:0:0:0";
        database.update("INSERT INTO login_rates VALUES (?, NOW(3) + INTERVAL 189 MINUTE, TRUE)", network);
        assertThat(login("nobody", "x", "2001:db8:fffe::1").statusCode()).as("a permit is left").isEqualTo(401);
        assertThat(login("nobody", "x", "2001:db8:fffe::1").statusCode()).as("no permit is left").isEqualTo(429);
        assertThat(database.queryForObject("SELECT TIMESTAMPDIFF(MINUTE, NOW(3), full_at) FROM login_rates WHERE network = ?",
                Long.class, network))
                .isBetween(198L, 199L);

        database.update("UPDATE login_rates SET full_at = NOW(3) WHERE network = ?", network);
        Awaitility.await().until(() -> database.queryForList("SELECT network FROM login_rates WHERE network = ?", network).isEmpty());
    }

    @Test
    void loginWithoutASlotAnswers503WhileOtherRequestsSucceed() {
        String token = api.token();
        String[] session = Api.bearer(api.body(login(user(), "admin123")).path("token").asText());
        String name = user();
        int slots = Runtime.getRuntime().availableProcessors() + 24;
        // A hash of ten times the usual cost that no password matches.
        database.update("UPDATE users SET password_hash = REPLACE(password_hash, 't=2', 't=20') WHERE username = ?", name);
        List<CompletableFuture<HttpResponse<String>>> flood = IntStream.range(0, 60)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> login(name, "admin123"), clients)).toList();
        HttpResponse<String> shed = Awaitility.await().pollInterval(Duration.ofMillis(5))
                .until(() -> flood.stream().filter(CompletableFuture::isDone).map(CompletableFuture::join)
                        .filter(answer -> answer.statusCode() == 503).findFirst().orElse(null), answer -> answer != null);

        assertThat(IntStream.range(0, 10)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> changePassword("wrong", session).statusCode(), clients))
                .toList().stream().map(CompletableFuture::join)).as("a password change needs a slot, too").contains(503);
        assertThat(shed.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(api.body(shed).path("detail").asText()).isEqualTo("Too many logins are in progress. Try again in a second.");
        assertThat(api.get("/api/profile", Api.bearer(token)).statusCode()).isEqualTo(200);
        assertThat(api.get("/health").statusCode()).isEqualTo(200);
        assertThat(flood).as("still in flight").anyMatch(login -> !login.isDone());
        assertThat(flood.stream().map(CompletableFuture::join).map(HttpResponse::statusCode)).containsOnly(401, 503)
                .filteredOn(status -> status == 401).hasSizeGreaterThanOrEqualTo(slots);
        assertThat(login(user(), "admin123").statusCode()).isEqualTo(200);
    }

    @Test
    void loginUpgradesAnOldHash() {
        String ofBcrypt = "$2b$10$ka0YHfwSYghB7hbIJs.IOezuL6U1BASzrD.IHKEKTVQDNMkpRzafW";
        String ofPbkdf2 = "$pbkdf2-sha256$29000$MGZsbe0dA2BMKYWQMkYI4Q$WJwTWpBNLYb6bWn4iTo0YHl3KDTGE5nduoKsCqGvSNI";
        String weak = "$argon2id$v=19$m=8192,t=3,p=2$FnqWMb8Gi+dSj0Mz$Tnh6CDKH4sFrF/7u2Yc+brwc0JrXQdPN";
        for (String hash : List.of(ofBcrypt, ofPbkdf2, weak)) {
            String name = user();
            database.update("UPDATE users SET password_hash = ? WHERE username = ?", hash, name);
            assertThat(login(name, "admin123").statusCode()).as(hash).isEqualTo(401);
            assertThat(hash(name)).isEqualTo(hash);
            assertThat(login(name, "p\u00e4ssword \uD83D\uDD12").statusCode()).as(hash).isEqualTo(200);
            String upgraded = hash(name);
            assertThat(upgraded).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
            assertThat(login(name, "p\u00e4ssword \uD83D\uDD12").statusCode()).as(hash).isEqualTo(200);
            assertThat(hash(name)).as("once is enough").isEqualTo(upgraded);
        }
    }

    @Test
    void unusableHashAnswers401() {
        String name = user();
        database.update("UPDATE users SET password_hash = 'x' WHERE username = ?", name);

        assertThat(login(name, "admin123").statusCode()).isEqualTo(401);
        log.await(line -> line.path("message").asText().matches("Cannot use the password hash of user \\d+: unknown scheme"));
    }

    private String hash(String name) {
        return database.queryForObject("SELECT password_hash FROM users WHERE username = ?", String.class, name);
    }

    private HttpResponse<String> changePassword(String current, String... session) {
        return api.post("/api/password", "{\"currentPassword\":\"" + current + "\",\"newPassword\":\"correct horse\"}", session);
    }

    /** From a network of its own. */
    private HttpResponse<String> login(String name, String password) {
        return login(name, password, "2001:db8:0:" + Integer.toHexString(networks.incrementAndGet()) + "::1");
    }

    private HttpResponse<String> login(String name, String password, String forwardedFor) {
        return api.post("/api/login", api.credentials(name, password), "X-Forwarded-For", forwardedFor);
    }

    /** A new user with the password of the seeded one. */
    private String user() {
        String name = "guarded-" + Long.toString(System.nanoTime(), 36);
        database.update("INSERT INTO users (username, email, password_hash) SELECT ?, ?, password_hash FROM users WHERE username = 'admin'",
                name, name + "@tidewatch.local");
        return name;
    }

    private String locked(String name) {
        IntStream.range(0, 3).forEach(i -> login(name, "wrong"));
        assertThat(row(name).get("locked_until")).isNotNull();
        return name;
    }

    private void endLock(String name) {
        database.update("UPDATE users SET locked_until = NOW(3) WHERE username = ?", name);
    }

    /** The duration in minutes of the lock that one more failure causes. */
    private long lockAfter(int failures, String lastAgo) {
        String name = user();
        database.update("UPDATE users SET failed_logins = ?, last_failed_at = NOW(3) - INTERVAL " + lastAgo
                + " WHERE username = ?", failures, name);
        login(name, "wrong");
        return Math.round(database.queryForObject(
                "SELECT COALESCE(TIMESTAMPDIFF(SECOND, NOW(3), locked_until), 0) FROM users WHERE username = ?", Long.class, name) / 60.0);
    }

    private Map<String, Object> row(String name) {
        return database.queryForMap("SELECT failed_logins, last_failed_at, locked_until FROM users WHERE username = ?", name);
    }

    private int failures(String name, String reason) {
        return (int) atApi(name).stream().filter(("LOGIN_FAILURE " + reason)::equals).count();
    }

    /** The user's events at the API, in order. */
    private List<String> atApi(String name) {
        return log.lines(line -> line.has("action") && line.path("username").asText().equals(name)).stream()
                .map(LoginGuardIT::text).toList();
    }

    private static Predicate<JsonNode> consumed(String name) {
        return where("source", "kafka-user-events").and(where("username", name));
    }

    private static String text(JsonNode line) {
        return (line.path("action").asText() + line.path("event").asText() + " " + line.path("reason").asText()).strip();
    }
}

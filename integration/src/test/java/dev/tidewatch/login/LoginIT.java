package dev.tidewatch.login;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.Topic;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** A login and a logout, from the request to Kafka and the log. */
@Tag("sql")
class LoginIT extends ApplicationTest {

    @Autowired
    private CamelContext camel;

    @Test
    void loginReturnsATokenThatOpensTheProfile() {
        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        HttpResponse<String> response = api.login("admin", "admin123");
        Instant after = Instant.now();
        JsonNode login = api.body(response);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(login.fieldNames()).toIterable().containsExactlyInAnyOrder("token", "userId", "username", "expiresAt");
        assertThat(login.path("token").asText()).matches("[A-Za-z0-9_-]{43}");
        assertThat(login.path("userId").asLong()).isEqualTo(1);
        assertThat(login.path("username").asText()).isEqualTo("admin");
        assertThat(Instant.parse(login.path("expiresAt").asText()).minus(Duration.ofHours(24))).isBetween(before, after);

        JsonNode profile = api.body(api.get("/api/profile", Api.bearer(login.path("token").asText())));
        assertThat(profile.toString()).isEqualTo("{\"userId\":1,\"username\":\"admin\",\"email\":\"admin@tidewatch.local\","
                + "\"tokenExpiresAt\":\"" + login.path("expiresAt").asText() + "\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"username\":\"ADMIN\",\"password\":\"admin123\"}",
        "{\"username\":\"Admin@Tidewatch.local\",\"password\":\"admin123\"}",
        "{\"email\":\"admin@tidewatch.local\",\"password\":\"admin123\"}"})
    void acceptsNameOrAddressInAnyCase(String credentials) {
        HttpResponse<String> response = api.post("/api/login", credentials);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(api.body(response).path("username").asText()).isEqualTo("admin");
    }

    @Test
    void bug29AcceptsANameInBothNormalForms() {
        String suffix = Long.toString(System.nanoTime(), 36);
        String composed = "jos\u00e9-" + suffix;
        String decomposed = "jose\u0301-" + suffix;
        insertUser(composed);

        for (String name : List.of(composed, decomposed, decomposed + "@tidewatch.local")) {
            HttpResponse<String> response = api.login(name, "admin123");
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(api.body(response).path("username").asText()).isEqualTo(composed);
        }
        assertThat(api.login("jose-" + suffix, "admin123").statusCode()).as("the collation ignores accents").isEqualTo(200);
        assertThat(api.login("nobody-" + decomposed, "wrong").statusCode()).isEqualTo(401);
        assertThat(log.await(where("action", "LOGIN_FAILURE").and(where("username", "nobody-" + composed))).has("userId")).isFalse();
    }

    @Test
    void bug05KeepsThePasswordOfAnImportedUserAfterATypoBehindByte72() {
        String name = newUser();
        String passphrase = "correct horse battery staple ".repeat(3);
        database.update("UPDATE users SET password_hash = ? WHERE username = ?",
                new BCryptPasswordEncoder(4).encode(passphrase.substring(0, 72)), name);

        assertThat(api.login(name, passphrase + "1978").statusCode()).isEqualTo(200);
        assertThat(api.login(name, passphrase + "1987").statusCode()).isEqualTo(200);
    }

    @Test
    void shortPathsAreTheSameOperations() {
        HttpResponse<String> response = api.post("/login", api.credentials("admin", "admin123"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(api.get("/me", Api.bearer(api.body(response).path("token").asText())).statusCode()).isEqualTo(200);
        assertThat(api.login("admin", "wrong").body()).isEqualTo(api.post("/login", api.credentials("admin", "wrong")).body());
    }

    @Test
    void databaseStoresOnlyTheHashOfTheToken() throws Exception {
        String token = api.token();
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII));

        Map<String, Object> row = database.queryForMap("SELECT * FROM access_tokens WHERE token_hash = ?", hash);
        assertThat(row.values()).noneMatch(value -> String.valueOf(value).contains(token));
        assertThat(row).containsEntry("ip_address", "127.0.0.1").containsEntry("user_id", 1L).containsEntry("revoked_at", null);
    }

    @Test
    void logsALoginAtTheApiAndWhenItsEventIsConsumed() {
        String name = newUser();
        JsonNode login = api.body(api.login(name, "admin123"));

        JsonNode atApi = log.await(where("action", "LOGIN_SUCCESS").and(where("username", name)));
        String eventId = atApi.path("eventId").asText();
        JsonNode consumed = log.await(where("source", "kafka-user-events").and(where("eventId", eventId)));

        assertThat(UUID.fromString(eventId).version()).isEqualTo(7);
        assertThat(atApi.path("userId").asLong()).isEqualTo(login.path("userId").asLong());
        assertThat(atApi.path("ipAddress").asText()).isEqualTo("127.0.0.1");
        assertThat(atApi.path("level").asText()).isEqualTo("INFO");
        assertThat(consumed.path("event").asText()).isEqualTo("LOGIN_SUCCESS");
        assertThat(consumed.path("routeId").asText()).isEqualTo("log-user-events");
        assertThat(consumed.path("topic").asText()).isEqualTo("user-events");
        assertThat(consumed.path("ip").asText()).isEqualTo("127.0.0.1");
    }

    @Test
    void recordHoldsTheEventKeyedByUserIdWithoutRequestHeaders() throws Exception {
        api.post("/api/login", api.credentials("admin", "admin123"), "User-Agent", "login-test/1", "X-Evil", "header",
                "X-Forwarded-For", "203.0.113.9");

        try (Topic topic = new Topic(brokers, "user-events")) {
            ConsumerRecord<byte[], byte[]> record = topic.await(r -> text(r.value()).contains("login-test/1"));
            JsonNode event = new ObjectMapper().readTree(record.value());
            assertThat(text(record.key())).isEqualTo("1");
            assertThat(record.headers()).isEmpty();
            assertThat(event.fieldNames()).toIterable().containsExactly(
                    "eventId", "timestamp", "action", "userId", "username", "ipAddress", "userAgent", "reason");
            assertThat(event.path("reason").isNull()).isTrue();
            assertThat(event.path("ipAddress").asText()).as("no proxy is trusted").isEqualTo("127.0.0.1");
            assertThat(event.path("timestamp").asText()).matches("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z");
        }
    }

    @Test
    void wrongPasswordAndUnknownUserAnswerTheSameAndStoreEvents() {
        String name = newUser();
        HttpResponse<String> wrong = api.login(name, "not-it");
        HttpResponse<String> unknown = api.login("nobody-" + name, "not-it");

        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(unknown.statusCode()).isEqualTo(401);
        assertThat(unknown.body()).isEqualTo(wrong.body());
        assertThat(unknown.headers().map().keySet()).isEqualTo(wrong.headers().map().keySet());
        JsonNode failure = log.await(where("source", "kafka-user-events").and(where("username", "nobody-" + name)));
        assertThat(failure.path("event").asText()).isEqualTo("LOGIN_FAILURE");
        assertThat(failure.path("reason").asText()).isEqualTo("bad_credentials");
        assertThat(failure.has("userId")).isFalse();
        JsonNode known = log.await(where("source", "kafka-user-events").and(where("username", name)));
        assertThat(known.path("event").asText()).isEqualTo("LOGIN_FAILURE");
        assertThat(known.path("userId").asLong()).isEqualTo(userId(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "'admin123'", "\"admin123\"", "${body}", "{{spring.datasource.url}}", "true"})
    void passwordIsAlwaysPlainText(String password) {
        assertThat(api.login("admin", password).statusCode()).isEqualTo(401);
        assertThat(api.login(password, "admin123").statusCode()).isEqualTo(401);
    }

    @Test
    void logoutRevokesTheTokenAndStoresItsEvent() {
        String name = newUser();
        String token = token(name);
        HttpResponse<String> response = api.post("/api/logout", "", Api.bearer(token));

        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.body()).isEmpty();
        assertThat(api.get("/api/profile", Api.bearer(token)).statusCode()).isEqualTo(401);
        assertThat(api.post("/api/logout", "", Api.bearer(token)).statusCode()).isEqualTo(401);
        String eventId = log.await(where("action", "LOGOUT").and(where("username", name))).path("eventId").asText();
        log.await(where("event", "LOGOUT").and(where("eventId", eventId)));
    }

    @Test
    void oneOfSeveralConcurrentLogoutsRevokesTheTokenAndStoresItsEvent() {
        String name = newUser();
        String token = token(name);

        List<Integer> answers = IntStream.range(0, 6).parallel()
                .mapToObj(i -> api.post("/api/logout", "", Api.bearer(token)).statusCode()).toList();

        assertThat(answers).containsOnlyOnce(204).containsOnly(204, 401);
        assertThat(log.lines(where("action", "LOGOUT").and(where("username", name)))).hasSize(1);
    }

    @Test
    void expiredTokenIsRejected() {
        String name = newUser();
        String token = token(name);
        assertThat(api.get("/api/profile", Api.bearer(token)).statusCode()).isEqualTo(200);

        database.update("UPDATE access_tokens SET expires_at = CURRENT_TIMESTAMP(3) WHERE user_id = ?", userId(name));

        assertThat(api.get("/api/profile", Api.bearer(token)).statusCode()).isEqualTo(401);
    }

    @Test
    void storesTokenUserAndEventTogetherOrNotAtAll() {
        String name = newUser();
        Map<String, Object> user = database.queryForMap("SELECT * FROM users WHERE username = ?", name);
        database.execute("RENAME TABLE outbox TO outbox_away");
        try {
            assertThat(api.login(name, "admin123").statusCode()).isEqualTo(500);
        } finally {
            database.execute("RENAME TABLE outbox_away TO outbox");
        }

        assertThat(tokens(name)).isZero();
        assertThat(database.queryForMap("SELECT * FROM users WHERE username = ?", name)).isEqualTo(user);
        assertThat(api.login(name, "admin123").statusCode()).isEqualTo(200);
        assertThat(tokens(name)).isOne();
    }

    @Test
    void deletesAnEventFromTheOutboxAfterKafkaHasIt() throws Exception {
        String name = newUser();
        camel.getRouteController().stopRoute("publish-events");
        String eventId;
        try {
            api.login(name, "admin123");
            eventId = log.await(where("action", "LOGIN_SUCCESS").and(where("username", name))).path("eventId").asText();
            assertThat(stored(eventId)).isOne();
        } finally {
            camel.getRouteController().startRoute("publish-events");
        }

        Awaitility.await().until(() -> stored(eventId) == 0);
        log.await(where("source", "kafka-user-events").and(where("eventId", eventId)));
    }

    /** A new user with the password of the seeded one. */
    private String newUser() {
        String name = "login-" + Long.toString(System.nanoTime(), 36);
        insertUser(name);
        return name;
    }

    private void insertUser(String name) {
        database.update("INSERT INTO users (username, email, password_hash) SELECT ?, ?, password_hash FROM users WHERE username = 'admin'",
                name, name + "@tidewatch.local");
    }

    private String token(String name) {
        return api.body(api.login(name, "admin123")).path("token").asText();
    }

    private long userId(String name) {
        return database.queryForObject("SELECT id FROM users WHERE username = ?", Long.class, name);
    }

    private long tokens(String name) {
        return database.queryForObject("SELECT COUNT(*) FROM access_tokens WHERE user_id = ?", Long.class, userId(name));
    }

    private long stored(String eventId) {
        return database.queryForObject("SELECT COUNT(*) FROM outbox WHERE event_id = ?", Long.class, eventId);
    }

    private static String text(byte[] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}

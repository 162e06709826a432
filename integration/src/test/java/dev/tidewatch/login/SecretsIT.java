package dev.tidewatch.login;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.EventStream;
import dev.tidewatch.support.Topic;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

/**
 * Sends right and wrong passwords, tokens and cookies to every operation of the contract. No log line, record, response or metric contains
 * one of them or its hash, and only two database columns contain hashes.
 */
class SecretsIT extends ApplicationTest {

    private static final Logger OURS = (Logger) LoggerFactory.getLogger("dev.tidewatch");
    private static final String PASSWORD = "MarkedPassword4f1c";
    private static final String NEW_PASSWORD = "MarkedNewPassword9d27";
    /** A wrong secret. */
    private static final String WRONG = "MarkedWrongSecretB83e";
    private static final String UNKNOWN_TOKEN = "MarkedUnknownTokenOf43Characters0c5aa000000";
    private static final Set<String> COLUMNS_OF_HASHES = Set.of("password_hash", "token_hash");

    private final ObjectMapper json = new ObjectMapper();
    private final long start = System.currentTimeMillis();
    private final String name = "secrets-" + Long.toString(System.nanoTime(), 36);
    private final Set<String> clear = new LinkedHashSet<>();
    private final Set<String> hashes = new LinkedHashSet<>();
    /** By operation, path and method. */
    private final Map<String, String[]> operations = new LinkedHashMap<>();
    /** The responses, without the tokens that they issued. */
    private final List<String> answers = new ArrayList<>();
    private String password = PASSWORD;

    @Autowired
    private Argon2id argon2id;

    @Value("${local.management.port}")
    private int managementPort;

    @BeforeAll
    void prepare() throws IOException {
        OURS.setLevel(Level.DEBUG);
        JsonNode paths = new YAMLMapper().readTree(getClass().getResource("/camel/http/openapi.yaml")).path("paths");
        paths.fields().forEachRemaining(path -> path.getValue().fields().forEachRemaining(method -> {
            if (method.getValue().has("operationId")) {
                operations.put(method.getValue().path("operationId").asText(), new String[] {path.getKey(), method.getKey().toUpperCase()});
            }
        }));
        database.update("INSERT INTO users (username, email, password_hash) VALUES (?, ?, ?)", name, name + "@tidewatch.local",
                argon2id.hash(PASSWORD));
        Stream.of(PASSWORD, NEW_PASSWORD, WRONG).forEach(secret -> clear.addAll(forms(secret)));
        noteToken(UNKNOWN_TOKEN);
        notePasswordHash();
    }

    @AfterAll
    void noMoreDebugging() {
        database.execute("DROP TABLE IF EXISTS users_bak, access_tokens_bak");
        OURS.setLevel(null);
    }

    @Test
    void bug07NoSecretLeaves() throws Exception {
        EventStream stream = EventStream.open(api, api.token());
        operations.keySet().forEach(this::callWithWrongSecrets);
        operations.keySet().forEach(this::callAsTheUser);
        // A copy of a table has the hashes, too.
        database.execute("CREATE TABLE users_bak LIKE users");
        database.execute("INSERT INTO users_bak SELECT * FROM users");
        database.execute("CREATE TABLE access_tokens_bak LIKE access_tokens");
        database.execute("INSERT INTO access_tokens_bak SELECT * FROM access_tokens");
        String last = "last-" + name;
        database.update("INSERT INTO users (username, email, password_hash) VALUES (?, ?, 'none')", last, last);
        api.login("nobody-" + last, WRONG);
        log.await(where("source", "TiDB-CDC").and(line -> line.at("/data/username").asText().equals(last)));
        log.await(where("source", "kafka-user-events").and(where("username", "nobody-" + last)));
        stream.await(event -> event.has("/data/username", last));
        stream.await(event -> event.has("/username", "nobody-" + last));
        stream.close();

        Set<String> secrets = new LinkedHashSet<>(clear);
        secrets.addAll(hashes);
        assertThat(answers).hasSizeGreaterThan(100);
        answers.forEach(answer -> isFree(answer, secrets, "an answer"));
        assertThat(log.lines(where("level", "DEBUG").or(where("username", name)))).isNotEmpty();
        log.texts().forEach(line -> isFree(line + texts(line), secrets, "a line"));
        assertThat(stream.events()).hasSizeGreaterThan(100);
        stream.events().forEach(event -> isFree(event + texts(event.data().toString()), secrets, "an event"));
        recordsAreFree(secrets);
        metricsAreFree(secrets);
        tablesAreFree(secrets);
    }

    private void callWithWrongSecrets(String operation) {
        List<String[]> credentials = List.of(
                Api.bearer(WRONG), Api.bearer(UNKNOWN_TOKEN), new String[] {"Authorization", "Basic " + WRONG},
                new String[] {"Authorization", WRONG},
                new String[] {"Cookie", "__Host-tidewatch=" + UNKNOWN_TOKEN, "Sec-Fetch-Site", "same-origin"},
                new String[] {"Cookie", "__Host-tidewatch=\"" + WRONG + "; x=" + WRONG, "Sec-Fetch-Site", "cross-site"},
                new String[] {"Proxy-Authorization", "Basic " + WRONG, "X-Api-Key", WRONG});
        for (String[] headers : credentials) {
            call(operation, "1", "", "application/json", bodies(operation).get(0), headers);
        }
        List<String> malformed = List.of(WRONG, "{\"password\":\"" + WRONG, "{\"password\":" + WRONG + "}",
                "{\"password\":[\"" + WRONG + "\"]}",
                "{\"password\":{\"is\":\"" + WRONG + "\"}}", "{\"password\":\"" + WRONG + "\",\"password\":\"" + PASSWORD + "\"}",
                "{\"username\":\"" + name + "\",\"password\":\"" + WRONG.repeat(20) + "\"}",
                "{\"username\":\"" + name + "\",\"password\":\"" + PASSWORD + "\",\"token\":\"" + UNKNOWN_TOKEN + "\"}",
                "{\"currentPassword\":\"" + WRONG + "\",\"newPassword\":\"" + NEW_PASSWORD.repeat(20) + "\"}",
                "{\"topic\":\"user-events\",\"password\":\"" + WRONG + "\"}");
        for (String body : malformed) {
            call(operation, "1", "", "application/json", body, Api.bearer(UNKNOWN_TOKEN));
        }
        call(operation, UNKNOWN_TOKEN, "?access_token=" + UNKNOWN_TOKEN + "&password=" + WRONG,
                "application/json", bodies(operation).get(0));
        call(operation, "1", "", "text/plain", "password=" + WRONG);
        call(operation, "1", "", "application/x-www-form-urlencoded", "username=" + name + "&password=" + PASSWORD);
    }

    private void callAsTheUser(String operation) {
        for (String body : bodies(operation)) {
            call(operation, "1", "?token=" + UNKNOWN_TOKEN, "application/json", body, Api.bearer(login("token")));
            call(operation, UNKNOWN_TOKEN, "", "application/json", body,
                    "Cookie", "__Host-tidewatch=" + login("cookie"), "Sec-Fetch-Site", "same-origin");
        }
    }

    /** Valid and invalid bodies of an operation; an operation without a body is sent a secret. */
    private List<String> bodies(String operation) {
        return switch (operation) {
            case "login", "login-short" -> List.of(credentials(name, WRONG, "token"), credentials("nobody", WRONG, "cookie"));
            case "change-password" -> List.of(passwords(WRONG, NEW_PASSWORD), passwords(PASSWORD, "Marked1"),
                    passwords(PASSWORD, NEW_PASSWORD),
                    passwords(NEW_PASSWORD, PASSWORD));
            case "replay-dead-letters" -> List.of("{\"topic\":\"user-events\"}");
            case "logout", "profile", "me", "list-sessions", "revoke-session", "revoke-sessions", "live-events", "list-dead-letters",
                    "read-dead-letter", "list-routes", "start-route", "stop-route", "list-changefeeds", "history", "health", "contract"
                    -> List.of("{\"password\":\"" + WRONG + "\"}");
            default -> throw new AssertionError("Say here what " + operation + " takes");
        };
    }

    private void call(String operation, String id, String query, String mediaType, String body, String... headers) {
        String path = operations.get(operation)[0].replace("{id}", id)
                .replace("{topic}", "user-events").replace("{partition}", "0").replace("{offset}", id) + query;
        HttpRequest request = api.request(path, headers).header("Content-Type", mediaType)
                .method(operations.get(operation)[1], BodyPublishers.ofString(body)).build();
        HttpResponse<String> answer = api.send(request);
        assertThat(answer.statusCode()).as("%s %s", request.method(), path).isLessThan(500);
        answers.add(operation + ' ' + answer.headers().map() + ' ' + answer.body());
        if (operation.equals("change-password") && answer.statusCode() == 204) {
            password = password.equals(PASSWORD) ? NEW_PASSWORD : PASSWORD;
            notePasswordHash();
        }
    }

    /** A new token of the user, from the response or its cookie. */
    private String login(String session) {
        HttpResponse<String> answer = api.post("/api/login", credentials(name, password, session), "Sec-Fetch-Site", "same-origin");
        assertThat(answer.statusCode()).isEqualTo(200);
        String token = session.equals("token")
                ? api.body(answer).path("token").asText()
                : answer.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst("^[^=]*=([^;]*);.*", "$1");
        answers.add((answer.headers().map() + answer.body()).replace(token, "…"));
        noteToken(token);
        return token;
    }

    private String credentials(String username, String password, String session) {
        return json.createObjectNode().put("username", username).put("password", password).put("session", session).toString();
    }

    private String passwords(String current, String next) {
        return json.createObjectNode().put("currentPassword", current).put("newPassword", next).toString();
    }

    private void noteToken(String token) {
        assertThat(token).matches("[A-Za-z0-9_-]{43}");
        clear.addAll(forms(token));
        try {
            hashes.addAll(forms(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII))));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private void notePasswordHash() {
        String hash = database.queryForObject("SELECT password_hash FROM users WHERE username = ?", String.class, name);
        hashes.addAll(forms(hash));
        hashes.addAll(forms(hash.substring(hash.lastIndexOf('$') + 1)));
    }

    private static List<String> forms(String secret) {
        return forms(secret.getBytes(StandardCharsets.UTF_8));
    }

    /** As is (one character per byte), in hexadecimal, and in both alphabets of base64. */
    private static List<String> forms(byte[] secret) {
        return List.of(latin(secret), HexFormat.of().formatHex(secret), HexFormat.of().withUpperCase().formatHex(secret),
                Base64.getEncoder().withoutPadding().encodeToString(secret),
                Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    }

    private static String latin(byte[] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** The texts inside JSON, unescaped. */
    private String texts(String maybeJson) {
        try {
            StringBuilder texts = new StringBuilder();
            collect(json.readTree(maybeJson), texts);
            return texts.toString();
        } catch (IOException notJson) {
            return "";
        }
    }

    private static void collect(JsonNode node, StringBuilder texts) {
        if (node.isTextual()) {
            texts.append('\n').append(node.textValue());
        }
        node.forEach(inner -> collect(inner, texts));
    }

    private static void isFree(String text, Set<String> secrets, String what) {
        for (String secret : secrets) {
            if (text.contains(secret)) {
                throw new AssertionError("The secret " + secret + " is in " + what + ": " + text);
            }
        }
    }

    private void recordsAreFree(Set<String> secrets) throws Exception {
        Set<String> topics;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            topics = admin.listTopics().names().get();
        }
        assertThat(topics).contains("user-events", "user-events.dlq", "tidb-cdc-events", "tidb-cdc-events.dlq");
        for (String name : topics) {
            try (Topic topic = new Topic(brokers, name)) {
                List<ConsumerRecord<byte[], byte[]>> records = topic.all(record -> record.timestamp() >= start);
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    StringBuilder text = new StringBuilder(latin(record.key())).append(latin(record.value()));
                    text.append(texts(Topic.text(record)));
                    for (Header header : record.headers()) {
                        text.append('\n').append(header.key()).append('=').append(latin(header.value()));
                    }
                    isFree(text.toString(), secrets, "a record of " + name);
                }
                if (Set.of("user-events", "tidb-cdc-events").contains(name)) {
                    assertThat(records).as(name).isNotEmpty();
                }
            }
        }
    }

    private void metricsAreFree(Set<String> secrets) {
        Api management = new Api("http://localhost:" + managementPort + "/observe");
        JsonNode names = management.body(management.get("/metrics")).path("names");
        assertThat(names).hasSizeGreaterThan(10);
        names.forEach(metric -> isFree(management.get("/metrics/" + metric.asText()).body(), secrets, "a metric"));
        isFree(management.get("/health").body(), secrets, "the health");
    }

    private void tablesAreFree(Set<String> secrets) {
        Set<String> withHashes = new LinkedHashSet<>();
        for (String table : database.queryForList("SHOW TABLES", String.class)) {
            for (Map<String, Object> row : database.queryForList("SELECT * FROM " + table)) {
                row.forEach((column, value) -> {
                    String text = value instanceof byte[] bytes ? latin(bytes) : String.valueOf(value);
                    boolean mayHaveHash = COLUMNS_OF_HASHES.contains(column);
                    isFree(text, mayHaveHash ? clear : secrets, "the table " + table);
                    if (mayHaveHash && hashes.contains(text)) {
                        withHashes.add(column);
                    }
                });
            }
        }
        assertThat(withHashes).as("columns where this test finds hashes").isEqualTo(COLUMNS_OF_HASHES);
    }
}

package dev.tidewatch.faults;

import dev.tidewatch.support.Api;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/** A client that fails to log in, logs in and logs out, with user names that are used once, so that events can be told apart. */
final class LoginClient {

    private static final Logger log = LoggerFactory.getLogger(LoginClient.class);
    private static final String PASSWORD = "a password";
    private static final int LONGEST_PAUSE_MILLIS = 100;
    private static final int PAUSE_WHILE_AWAY_MILLIS = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final Api api;
    private final Users users;
    private final Requests requests;
    private final String prefix;
    private final Random random;
    private int sessions;

    /**
     * Creates a client.
     *
     * @param prefix prefix of its user names
     */
    LoginClient(Api api, Users users, Requests requests, String prefix, Random random) {
        this.api = api;
        this.users = users;
        this.requests = requests;
        this.prefix = prefix;
        this.random = random;
    }

    /** One session of a new user, until a request fails. */
    void session() {
        String username = prefix + ++sessions;
        if (login("LOGIN_FAILURE", 401, username + "-nobody").isPresent() && exists(username)) {
            login("LOGIN_SUCCESS", 200, username).ifPresent(answer -> logout(username, api.body(answer).path("token").asText()));
        }
    }

    private boolean exists(String username) {
        try {
            users.insert(username);
            return true;
        } catch (DataAccessException away) {
            return false;
        }
    }

    private Optional<HttpResponse<String>> login(String action, int wanted, String username) {
        return send(AuditLine.eventMark(action, username), wanted, api.request("/api/login", "Content-Type", "application/json")
                .POST(BodyPublishers.ofString(api.credentials(username, PASSWORD))));
    }

    private Optional<HttpResponse<String>> logout(String username, String token) {
        return send(AuditLine.eventMark("LOGOUT", username), 204,
                api.request("/api/logout", Api.bearer(token)).POST(BodyPublishers.noBody()));
    }

    /** Sends a request after a pause; empty if the response is missing or unexpected. */
    private Optional<HttpResponse<String>> send(String mark, int wanted, HttpRequest.Builder request) {
        Load.pause(random.nextInt(LONGEST_PAUSE_MILLIS));
        try {
            HttpResponse<String> answer = http.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
            requests.answered(mark, wanted, answer.statusCode());
            if (answer.statusCode() == wanted) {
                return Optional.of(answer);
            }
        } catch (ConnectException notSent) {
            log.debug("The application is down");
        } catch (IOException lost) {
            requests.answered(mark, wanted, Requests.NO_ANSWER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
        Load.pause(PAUSE_WHILE_AWAY_MILLIS);
        return Optional.empty();
    }
}

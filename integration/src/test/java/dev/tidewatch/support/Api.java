package dev.tidewatch.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** A client of the HTTP API. */
public final class Api {

    private final HttpClient client;
    private final ObjectMapper json = new ObjectMapper();
    private final String address;

    public Api(String address) {
        this(address, HttpClient.newHttpClient());
    }

    /** Uses the test's own HTTP client, for example one that trusts another CA. */
    public Api(String address, HttpClient client) {
        this.address = address;
        this.client = client;
    }

    /** For example {@code http://localhost:8080}. */
    public String address() {
        return address;
    }

    /** POSTs JSON, with more headers as alternating names and values. */
    public HttpResponse<String> post(String path, String body, String... headers) {
        return send(request(path, headers).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)).build());
    }

    public HttpResponse<String> get(String path, String... headers) {
        return send(request(path, headers).build());
    }

    /** Starts a request to a path, for {@link #send}. */
    public HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path));
        return headers.length == 0 ? request : request.headers(headers);
    }

    public HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, answer -> isStream(answer) ? new FirstPart() : BodySubscribers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError("No answer from " + request.uri(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        }
    }

    private static boolean isStream(HttpResponse.ResponseInfo answer) {
        return answer.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
    }

    /** Reads the beginning of an endless stream and disconnects. */
    private static final class FirstPart implements BodySubscriber<String> {

        private final CompletableFuture<String> body = new CompletableFuture<>();
        private Flow.Subscription subscription;

        @Override
        public CompletionStage<String> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            subscription.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> part) {
            StringBuilder text = new StringBuilder();
            part.forEach(bytes -> text.append(StandardCharsets.UTF_8.decode(bytes)));
            body.complete(text.toString());
            subscription.cancel();
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete("");
        }
    }

    public HttpResponse<String> login(String username, String password) {
        return post("/api/login", credentials(username, password));
    }

    /** Logs the seeded user in. */
    public String token() {
        return body(login("admin", "admin123")).path("token").asText();
    }

    public String credentials(String username, String password) {
        return json.createObjectNode().put("username", username).put("password", password).toString();
    }

    public JsonNode body(HttpResponse<String> response) {
        try {
            return json.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError("Not JSON: " + response.body(), e);
        }
    }

    /** The header of a bearer token, as name and value. */
    public static String[] bearer(String token) {
        return new String[] {"Authorization", "Bearer " + token};
    }
}

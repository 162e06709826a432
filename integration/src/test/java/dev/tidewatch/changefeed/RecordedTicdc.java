package dev.tidewatch.changefeed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tidewatch.embedded.LocalPorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/**
 * An HTTP server with the recorded answers of a live TiCDC ({@code recordings/api.jsonl.gz}) for one changefeed. Only the changefeed's id,
 * sink URI, configuration, state and checkpoint are replaced.
 */
public final class RecordedTicdc implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FEEDS = "/api/v2/changefeeds";

    private final List<JsonNode> calls = load();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final int port = LocalPorts.freePort();
    private HttpServer server;
    private volatile ObjectNode feed;
    private volatile long checkpoint = 470612470330556422L;
    private volatile boolean frozen;
    private volatile String version = "v8.5.7";
    private volatile String createRefusal;
    private volatile String resumeRefusal;
    private volatile String updateRefusal;
    private volatile boolean topicThere;
    private volatile String allAnswers;
    private volatile String allAnswersWell;
    private volatile ObjectNode error;

    record Request(String method, String path, JsonNode body) {
    }

    private record Answer(int status, String body) {
    }

    /** Starts listening. */
    synchronized RecordedTicdc start() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "recorded-ticdc");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", this::handle);
        server.start();
        return this;
    }

    /** Stops; connections are refused. */
    synchronized void stop() {
        if (server != null) {
            server.stop(0);
            server = null;
        }
    }

    @Override
    public void close() {
        stop();
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** The requests so far, without GET. */
    List<Request> changes() {
        return requests.stream().filter(request -> !request.method().equals("GET")).toList();
    }

    int asked() {
        return (int) requests.stream().filter(request -> request.method().equals("GET")).count();
    }

    /** The changefeed, with {@code sink_uri}, {@code replica_config} and {@code state}; null when there is none. */
    ObjectNode feed() {
        return feed;
    }

    /** Sets the version that TiCDC reports; the recorded one is v7.3.0. */
    void setVersion(String version) {
        this.version = version;
    }

    /** Replaces the changefeed, as another client of TiCDC does. */
    void put(String sinkUri, String state) {
        ObjectNode made = JSON.createObjectNode();
        made.put("sink_uri", sinkUri).put("state", state).putObject("replica_config");
        feed = made;
    }

    void setState(String state) {
        feed.put("state", state);
    }

    /** Makes the changefeed fail. */
    void fail(String code, String message) {
        error = JSON.createObjectNode().put("addr", "ticdc:8300").put("code", code).put("message", message);
        setState("failed");
    }

    void remove() {
        feed = null;
    }

    /** Stalls the checkpoint, or lets it advance. */
    void freeze(boolean frozen) {
        this.frozen = frozen;
    }

    long checkpoint() {
        return checkpoint;
    }

    /** Answers every creation as the recorded call of this label; null for success. */
    void refuseCreation(String label) {
        createRefusal = label;
    }

    /** Answers every resume with status 400 and this body; null for success. */
    void refuseResume(String body) {
        resumeRefusal = body;
    }

    /** Answers every update with status 400 and this body; null for success. */
    void refuseUpdate(String body) {
        updateRefusal = body;
    }

    /** Notes that the topic exists. Until then every creation is refused. */
    void topicIsCreated() {
        topicThere = true;
    }

    /** Answers every request with status 500 and this body; null for the recorded answers. */
    void answerAll(String body) {
        allAnswers = body;
    }

    /** Answers every request with status 200 and this body; null for the recorded answers. */
    void answerAllWell(String body) {
        allAnswersWell = body;
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Request request = new Request(exchange.getRequestMethod(), exchange.getRequestURI().getPath(),
                body.length == 0 ? null : JSON.readTree(body));
        Answer answer;
        synchronized (this) {
            answer = allAnswers != null ? new Answer(500, allAnswers)
                    : allAnswersWell != null ? new Answer(200, allAnswersWell) : answer(request);
        }
        requests.add(request);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        byte[] text = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), text.length);
        exchange.getResponseBody().write(text);
        exchange.close();
    }

    private Answer answer(Request request) {
        boolean get = request.method().equals("GET");
        if (request.path().equals(FEEDS) && request.method().equals("POST")) {
            return create(request.body());
        }
        if (request.path().equals("/api/v2/status")) {
            return version();
        }
        if (feed == null) {
            return recorded("query missing id");
        }
        if (request.path().endsWith("/status") && get) {
            return status();
        }
        if (request.path().endsWith("/pause")) {
            setState("stopped");
            return recorded("pause");
        }
        if (request.path().endsWith("/resume")) {
            return resume(request.body());
        }
        return get ? detail() : update(request.body());
    }

    private Answer create(JsonNode body) {
        if (createRefusal != null) {
            return recorded(createRefusal);
        }
        if (feed != null) {
            return recorded("create the same id again");
        }
        if (!topicThere) {
            return new Answer(400, "{\"error_msg\":\"[CDC:ErrKafkaInvalidConfig]kafka config invalid: `auto-create-topic` is false, "
                    + "and topic not found\","
                    + "\"error_code\":\"CDC:ErrKafkaInvalidConfig\"}");
        }
        feed = (ObjectNode) body.deepCopy();
        feed.put("state", "normal");
        checkpoint = Math.max(checkpoint, body.path("start_ts").asLong());
        return filled(recorded("create canal-json + tidb extension"));
    }

    private Answer update(JsonNode body) {
        String state = feed.path("state").asText();
        if (!state.equals("stopped") && !state.equals("failed")) {
            return recorded("update while normal");
        }
        if (updateRefusal != null) {
            return new Answer(400, updateRefusal);
        }
        feed.set("sink_uri", body.path("sink_uri"));
        feed.set("replica_config", body.path("replica_config"));
        return filled(recorded("update while paused"));
    }

    private Answer resume(JsonNode body) {
        if (resumeRefusal != null) {
            return new Answer(400, resumeRefusal);
        }
        if (body == null) {
            return recorded("resume without body");
        }
        setState("normal");
        return recorded("resume");
    }

    private Answer detail() {
        if (!frozen && feed.path("state").asText().equals("normal")) {
            checkpoint += 1000L << 18;
        }
        return filled(calls.stream().filter(call -> call.path("path").asText().equals(FEEDS + "/tw-canal-ext")
                && call.path("method").asText().equals("GET")).map(RecordedTicdc::answer).findFirst().orElseThrow());
    }

    private Answer status() {
        ObjectNode body = object(recorded(frozen ? "Kafka down: status 16s" : "status after resume"));
        body.put("state", feed.path("state").asText()).put("checkpoint_ts", checkpoint);
        return new Answer(200, body.toString());
    }

    private Answer version() {
        ObjectNode body = object(calls.stream().filter(call -> call.path("path").asText().equals("/api/v2/status"))
                .map(RecordedTicdc::answer).findFirst().orElseThrow());
        return new Answer(200, body.put("version", version).toString());
    }

    private Answer filled(Answer recorded) {
        ObjectNode body = object(recorded);
        body.put("sink_uri", feed.path("sink_uri").asText()).put("state", feed.path("state").asText()).put("checkpoint_ts", checkpoint);
        if (feed.path("state").asText().equals("failed")) {
            body.set("error", error);
        }
        ((ObjectNode) body.path("config")).setAll((ObjectNode) feed.path("replica_config"));
        return new Answer(recorded.status(), body.toString());
    }

    private static ObjectNode object(Answer answer) {
        try {
            return (ObjectNode) JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer recorded(String label) {
        return calls.stream().filter(call -> call.path("label").asText().equals(label)).map(RecordedTicdc::answer).findFirst()
                .orElseThrow(() -> new AssertionError("No recorded call has the label " + label));
    }

    private static Answer answer(JsonNode call) {
        return new Answer(call.path("status").asInt(), call.path("response_body").toString());
    }

    private static List<JsonNode> load() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(new GZIPInputStream(Objects.requireNonNull(
                RecordedTicdc.class.getResourceAsStream("/recordings/api.jsonl.gz"))), StandardCharsets.UTF_8))) {
            List<JsonNode> calls = new CopyOnWriteArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                calls.add(JSON.readTree(line));
            }
            return calls;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

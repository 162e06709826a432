package dev.tidewatch.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A client of {@code GET /api/events}. */
public final class EventStream implements AutoCloseable {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final ObjectMapper json = new ObjectMapper();
    private final HttpResponse<InputStream> response;
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final AtomicInteger comments = new AtomicInteger();
    private final Thread reader = new Thread(this::read, "event-stream");

    /** One server-sent event; {@code data} is parsed. */
    public record Event(String id, String name, JsonNode data) {

        /** Whether a field of the data has a value, as text; the field is a path, such as {@code /data/id}. */
        public boolean has(String path, Object value) {
            return data.at(path).asText().equals(String.valueOf(value));
        }
    }

    private EventStream(HttpResponse<InputStream> response) {
        this.response = response;
        reader.setDaemon(true);
        reader.start();
    }

    /** Connects, with headers as name and value in turn, and does not wait for an event. */
    public static EventStream connect(Api api, String... headers) {
        return connect(api, "/api/events", headers);
    }

    private static EventStream connect(Api api, String path, String[] headers) {
        try {
            return new EventStream(CLIENT.send(api.request(path, headers).timeout(Duration.ofSeconds(20)).build(),
                    BodyHandlers.ofInputStream()));
        } catch (IOException e) {
            throw new AssertionError("No stream", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        }
    }

    /** Connects with a token, and waits until it is ready. */
    public static EventStream open(Api api, String token) {
        EventStream stream = connect(api, Api.bearer(token));
        stream.await(event -> event.name().equals("ready"));
        return stream;
    }

    /** The same, starting with the newest events. */
    public static EventStream open(Api api, String token, int recent) {
        EventStream stream = connect(api, "/api/events?recent=" + recent, Api.bearer(token));
        stream.await(event -> event.name().equals("ready"));
        return stream;
    }

    /** Connects with a token and {@code Last-Event-ID}, and waits for the first event. */
    public static EventStream resume(Api api, String token, String lastEventId) {
        EventStream stream = connect(api, "Authorization", "Bearer " + token, "Last-Event-ID", lastEventId);
        stream.await(event -> true);
        return stream;
    }

    public HttpResponse<InputStream> response() {
        return response;
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String id = null;
            String name = null;
            JsonNode data = null;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    if (data != null) {
                        events.add(new Event(id, name, data));
                    }
                    data = null;
                } else if (line.startsWith(":")) {
                    comments.incrementAndGet();
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data = json.readTree(line.substring(6));
                } else if (!line.startsWith("retry: ")) {
                    throw new AssertionError("No line of a stream: " + line);
                }
            }
        } catch (JsonProcessingException e) {
            throw new AssertionError("Not JSON", e);
        } catch (IOException e) {
            // The server or the test has closed the stream.
        }
    }

    /** Waits for a matching event. */
    public Event await(Predicate<Event> fits) {
        return Awaitility.await().pollInterval(Duration.ofMillis(10))
                .until(() -> events(fits), found -> !found.isEmpty()).get(0);
    }

    /** The matching events so far. */
    public List<Event> events(Predicate<Event> fits) {
        return events.stream().filter(fits).toList();
    }

    /** All events so far, including {@code ready} and {@code reset}. */
    public List<Event> events() {
        return List.copyOf(events);
    }

    /** The number of comments received. */
    public int comments() {
        return comments.get();
    }

    /** Whether the server has ended the stream. */
    public boolean hasEnded() {
        return !reader.isAlive();
    }

    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

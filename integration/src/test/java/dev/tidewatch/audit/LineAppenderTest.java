package dev.tidewatch.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.LoggerContext;
import dev.tidewatch.Event;
import dev.tidewatch.changes.CanalJsonDecoder;
import dev.tidewatch.changes.ChangeMessage;
import dev.tidewatch.changes.ColumnMask;
import dev.tidewatch.changes.RealMessages;
import dev.tidewatch.changes.RowChange;
import dev.tidewatch.changes.Watermark;
import dev.tidewatch.kafka.RecordOrigin;
import dev.tidewatch.outbox.UserEvent;
import dev.tidewatch.support.AuditLines;
import dev.tidewatch.support.CapturedLog;
import dev.tidewatch.support.LogLineSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

class LineAppenderTest {

    private static final String ESCAPES = "\" \\ / \b\f\n\r\t \u0000 \u001B \u007F \u0085 \u2028 \u202E "
            + "\uFEFF \uDB40\uDC41 \uD83D\uDE00 \u00e9\u4e2d";

    private final LogLines lines = new LogLines(new ColumnMask(), new LogProperties(true));
    private final Logger log = LoggerFactory.getLogger(LogLines.AUDIT);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private LineAppender stdout;

    @BeforeEach
    void open() {
        CapturedLog.open().close();
        stdout = (LineAppender) ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(Logger.ROOT_LOGGER_NAME)
                .getAppender("stdout");
        stdout.setOutputStream(out);
    }

    @AfterEach
    void restore() {
        stdout.setOutputStream(new Stdout());
        // Spring Boot takes the errors that Logback notes for errors of its configuration.
        ((LoggerContext) LoggerFactory.getILoggerFactory()).getStatusManager().clear();
    }

    /** As bytes, apart from the time of the line. */
    @Test
    void linesOfAPollEqualSingleLinesAndThoseOfTheirFields() throws Exception {
        List<Event> events = events();
        List<RecordOrigin> origins = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            origins.add(new RecordOrigin(i % 2 == 0 ? "user-events" : "top\"ic", i % 3, i * 1_000_000_007L));
        }

        LogLines.asRoute("a-route", () -> AuditLines.write(lines, events, origins));
        String together = take();
        LogLines.asRoute("a-route", () -> {
            for (int i = 0; i < events.size(); i++) {
                AuditLines.write(lines, events.get(i), origins.get(i));
            }
        });
        String single = take();
        LogLines.asRoute("a-route", () -> {
            for (int i = 0; i < events.size(); i++) {
                LoggingEventBuilder line = log.atInfo();
                lines.fields(events.get(i), origins.get(i)).forEach(line::addKeyValue);
                line.log(LogLines.kind(events.get(i)));
            }
        });
        String fields = take();

        assertThat(together.lines().count()).isEqualTo(events.size()).isGreaterThan(2000);
        assertThat(untimed(together)).isEqualTo(untimed(single)).isEqualTo(untimed(fields));
        assertThat(together).contains("\"password\":\"***\"").doesNotContain("hidden").contains("\\u202e").doesNotContain("\u202E");
        new LogLineSchema().check(together.lines().filter(line -> line.contains("\"source\":\"TiDB-CDC\"")).toList());
    }

    private static List<Event> events() throws Exception {
        List<Event> events = new ArrayList<>();
        CanalJsonDecoder decoder = new CanalJsonDecoder();
        for (byte[] message : RealMessages.canalJson().toList()) {
            ChangeMessage change = decoder.decode(message);
            if (!(change instanceof Watermark)) {
                events.add((Event) change);
            }
        }
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("password", "hidden");
        values.put(ESCAPES, ESCAPES);
        values.put("nothing", null);
        values.put("long", "\u4e2d\u202e".repeat(20_000));
        values.put("numbers", List.of(1L, -1L << 53, 0.1, 1e300, -0.0, 5e-324));
        values.put("nested", Map.of("a", Arrays.asList(null, true, Map.of("apiToken", Map.of("b", "hidden")), List.of())));
        values.put("empty", Map.of());
        for (String operation : List.of("INSERT", "UPDATE", "DELETE")) {
            events.add(new RowChange(operation, ESCAPES, "t", Map.of("secret_id", "hidden", "id", 1L), values,
                    operation.equals("UPDATE") ? values : null, 1L << 59, Instant.EPOCH, null, Map.of("id", 2L)));
        }
        events.add(new RowChange("INSERT", "d", "t", Map.of(), Collections.singletonMap("decimal", new BigDecimal("1.50E+2")), null, null,
                Instant.parse("2026-01-01T00:00:00.1Z"), null));
        for (UserEvent.Action action : UserEvent.Action.values()) {
            events.add(new UserEvent("01a1fd52", Instant.EPOCH, action, null, ESCAPES, null, ESCAPES, null));
            events.add(new UserEvent("01a1fd52", Instant.EPOCH, action, 7L, "kim", "198.51.100.7", null, UserEvent.Reason.locked));
        }
        return events;
    }

    private String take() {
        String text = out.toString(StandardCharsets.UTF_8);
        out.reset();
        return text;
    }

    private static String untimed(String lines) {
        return lines.replaceAll("\"(timestamp|lagMillis)\":[^,]*,", "");
    }

    @Test
    void writesNothingIfOneLineCannotBeEncoded() {
        Event bad = new RowChange("INSERT", "d", "t", Map.of(), Map.of("a", new Unreadable()), null, null, Instant.EPOCH, null);

        assertThatThrownBy(() -> AuditLines.write(lines, List.of(user("before"), bad, user("after")), Collections.nCopies(3, origin())))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> AuditLines.write(lines, List.of(user("before"), "no event"), Collections.nCopies(2, origin())))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(take()).isEmpty();
        AuditLines.write(lines, List.of(user("next")), List.of(origin()));
        AuditLines.write(lines, user("single"), origin());
        assertThat(take().lines()).satisfiesExactly(line -> assertThat(line).startsWith("{").contains("\"next\""),
                line -> assertThat(line).startsWith("{").contains("\"single\"").endsWith("}"));
    }

    private static final class Unreadable {

        public String getText() {
            throw new IllegalArgumentException();
        }
    }

    @Test
    void aFailedWriteOfAPollReachesItsCallerOnly() throws Exception {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        stdout.setOutputStream(full);

        assertThatThrownBy(() -> AuditLines.write(lines, List.of(user("kim")), List.of(origin()))).isInstanceOf(UncheckedIOException.class);
        assertThatNoException().isThrownBy(() -> log.info("a line that nobody waits for"));

        stdout.setOutputStream(out);
        AuditLines.write(lines, List.of(user("kim")), List.of(origin()));
        log.info("single");
        assertThat(take().lines()).hasSize(2);
    }

    @Test
    void endsTheLineThatAFailedWriteLeftBehind() {
        OutputStream filling = new OutputStream() {
            private int free = 10;

            @Override
            public void write(int b) throws IOException {
                if (free-- == 0) {
                    throw new IOException("No space left on device");
                }
                out.write(b);
            }
        };
        PrintStream replaced = System.out;
        System.setOut(new PrintStream(new ByteArrayOutputStream()));
        try (Stdout file = new Stdout(filling)) {
            byte[] line = "{\"message\":1}\n".getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() -> file.write(line)).isInstanceOf(IOException.class);
            assertThatNoException().isThrownBy(() -> {
                file.write(line);
                file.write(line);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            System.setOut(replaced);
        }

        assertThat(take().lines()).containsExactly("{\"message\"", "{\"message\":1}", "{\"message\":1}");
    }

    @Test
    void writesToAReplacedSystemOut() throws IOException {
        PrintStream replaced = System.out;
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true) { });
        try (Stdout stream = new Stdout(file)) {
            stream.write("{}\n".getBytes(StandardCharsets.UTF_8));
        } finally {
            System.setOut(replaced);
        }

        assertThat(take()).isEqualTo("{}\n");
        assertThat(file.toByteArray()).isEmpty();
    }

    @Test
    void keepsTheLinesOfAPollTogether() {
        List<UserEvent> poll = Collections.nCopies(400, user("poll"));
        List<RecordOrigin> origins = Collections.nCopies(400, origin());
        List<CompletableFuture<Void>> threads = List.of(
                CompletableFuture.runAsync(() -> repeat(10, () -> AuditLines.write(lines, poll, origins))),
                CompletableFuture.runAsync(() -> repeat(10, () -> AuditLines.write(lines, poll, origins))),
                CompletableFuture.runAsync(() -> repeat(1000, () -> AuditLines.write(lines, user("single"), origin()))));
        threads.forEach(CompletableFuture::join);

        List<String> written = take().lines().toList();
        assertThat(written).hasSize(9000)
                .allMatch(line -> line.startsWith("{\"timestamp\":") && line.endsWith("\"service\":\"tidewatch\"}"));
        String order = String.join("", written.stream().map(line -> line.contains("\"poll\"") ? "p" : "s").toList());
        assertThat(order.replace("p".repeat(400), "P").replace("s", "")).isEqualTo("P".repeat(20));
    }

    private static void repeat(int times, Runnable work) {
        for (int i = 0; i < times; i++) {
            work.run();
        }
    }

    private static UserEvent user(String name) {
        return new UserEvent("01a1fd52", Instant.EPOCH, UserEvent.Action.LOGOUT, 1L, name, "127.0.0.1", null, null);
    }

    private static RecordOrigin origin() {
        return new RecordOrigin("user-events", 0, 1);
    }
}

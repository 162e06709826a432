package dev.tidewatch.live;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event stream of one client. Runs in a thread of its own. */
final class LiveStream {

    private static final Logger log = LoggerFactory.getLogger(LiveStream.class);
    private static final byte[] OPENING = "retry: 2000\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_EVENTS = 500;
    private static final int MAX_SIZE = 256 * 1024;
    /** Events that arrive within this time are sent together. */
    private static final long PAUSE_MILLIS = 50;

    private final LiveBuffer buffer;
    private final String lastEventId;
    private final int recent;
    private final Client client;
    private final BooleanSupplier isSessionOpen;
    private final long heartbeatNanos;
    private final long checkNanos;
    private volatile boolean ended;
    private long lastSent;
    private long lastCheck;
    /** The sequence number of the next event. */
    private long next;
    /** How often the buffer had been reset when the client began. */
    private int resets;
    /** What the client has seen and this instance may not have read yet; null once this instance has read all of it. */
    private Position seen;

    /** The receiving end of a stream. */
    interface Client {

        /** Blocks until the text is written to the connection. */
        void send(byte[] text) throws IOException;
    }

    /** Why a stream ended. */
    enum End {
        /** The session has ended, or the application is stopping. */
        CLOSED,
        /** The client fell behind: the buffer no longer holds the next event. */
        BEHIND,
        /** The client closed the connection. */
        DISCONNECTED,
        /** A write timed out. */
        TIMED_OUT
    }

    /**
     * @param lastEventId   as the client sent it; null for a new client
     * @param recent        how many of the newest events a new client is sent first
     * @param isSessionOpen called every {@code check}; may block on the database
     */
    LiveStream(LiveBuffer buffer, String lastEventId, int recent, Client client, BooleanSupplier isSessionOpen, Duration heartbeat,
            Duration check) {
        this.buffer = buffer;
        this.lastEventId = lastEventId;
        this.recent = recent;
        this.client = client;
        this.isSessionOpen = isSessionOpen;
        this.heartbeatNanos = heartbeat.toNanos();
        this.checkNanos = check.toNanos();
    }

    /** Asks the stream to end, and returns at once. */
    void end() {
        ended = true;
        buffer.wakeAll();
    }

    /** Sends events until the stream ends. */
    End run() {
        try {
            lastCheck = System.nanoTime();
            send(OPENING);
            LiveBuffer.Start start = buffer.start(lastEventId, recent);
            while (start == null) {
                if (!waitFor(buffer::isReady)) {
                    return End.CLOSED;
                }
                start = buffer.start(lastEventId, recent);
            }
            begin(start);
            return follow();
        } catch (IOException | IllegalStateException e) {
            log.debug("A client closed its event stream", e);
            return isTimeout(e) ? End.TIMED_OUT : End.DISCONNECTED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return End.CLOSED;
        }
    }

    private void begin(LiveBuffer.Start start) throws IOException {
        send(event(start.position(), start.isReset() ? "reset" : "ready"));
        seen = start.position();
        next = start.number();
        resets = start.resets();
    }

    private End follow() throws IOException, InterruptedException {
        while (waitFor(() -> buffer.reaches(next) || buffer.isReset(resets))) {
            List<LiveEvent> events = buffer.read(next, resets, MAX_EVENTS, MAX_SIZE);
            if (events == null && buffer.isReset(resets)) {
                begin(buffer.reset());
                continue;
            }
            if (events == null) {
                return End.BEHIND;
            }
            byte[] text = text(events);
            if (text.length > 0) {
                send(text);
                if (events.size() < MAX_EVENTS) {
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                }
            }
            next += events.size();
        }
        return End.CLOSED;
    }

    /** Waits until the condition may hold, meanwhile checks the session and sends heartbeats; false when the stream must end. */
    private boolean waitFor(BooleanSupplier condition) throws IOException, InterruptedException {
        if (System.nanoTime() - lastCheck >= checkNanos) {
            if (!isSessionOpen.getAsBoolean()) {
                return false;
            }
            lastCheck = System.nanoTime();
        }
        if (System.nanoTime() - lastSent >= heartbeatNanos) {
            send(HEARTBEAT);
        }
        long now = System.nanoTime();
        long wait = Math.min(lastCheck + checkNanos, lastSent + heartbeatNanos) - now;
        buffer.await(() -> ended || condition.getAsBoolean(), Math.max(1, TimeUnit.NANOSECONDS.toMillis(wait)));
        return !ended;
    }

    private void send(byte[] text) throws IOException {
        client.send(text);
        lastSent = System.nanoTime();
    }

    private byte[] text(List<LiveEvent> events) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (LiveEvent event : events) {
            if (seen != null && event.offset() < seen.next(event.topic(), event.partition())) {
                continue;
            }
            if (seen != null && event.after().covers(seen)) {
                seen = null;
            }
            text.writeBytes(LiveEvent.idLine(seen == null ? event.id() : (seen = event.after().max(seen)).toString()));
            text.writeBytes(event.text());
        }
        return text.toByteArray();
    }

    private static byte[] event(Position position, String name) {
        return ("id: " + position + "\nevent: " + name + "\ndata: {}\n\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean isTimeout(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                return true;
            }
        }
        return false;
    }
}

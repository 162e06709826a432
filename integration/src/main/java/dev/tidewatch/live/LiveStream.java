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

/** What one client sees, from its connection to its end; its own thread runs it. */
final class LiveStream {

    private static final Logger log = LoggerFactory.getLogger(LiveStream.class);
    private static final byte[] OPENING = "retry: 2000\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_EVENTS = 500;
    private static final int MAX_SIZE = 256 * 1024;
    /** A client is sent no more than so many times a second what it can be sent together. */
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
    /** The number of the event to be sent next. */
    private long next;
    /** What the client saw before and this instance has not read since; null when there is nothing. */
    private Position seen;

    /** Where a stream goes. */
    interface Client {

        /** Returns when it is on its way; may take as long as the client. */
        void send(byte[] text) throws IOException;
    }

    /** How a stream ended. */
    enum End {
        /** The session is over, or the application stops. */
        CLOSED,
        /** The client is too far behind. */
        BEHIND,
        /** The client is gone; so is the connection. */
        GONE,
        /** The client took nothing for too long, and the connection is no good any longer. */
        CUT
    }

    /**
     * @param lastEventId   as the client sent it; null when it did not
     * @param recent        how many events of the past it wants when it did not
     * @param isSessionOpen asked again and again; may wait for the database
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

    /** Makes it end soon; whoever calls does not wait for that. */
    void end() {
        ended = true;
        buffer.wakeAll();
    }

    /** Sends until the end. */
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
            send(event(start.position(), start.isReset() ? "reset" : "ready"));
            seen = start.position();
            return follow(start.number());
        } catch (IOException | IllegalStateException e) {
            log.debug("A client of the events is gone", e);
            return isTimeout(e) ? End.CUT : End.GONE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return End.CLOSED;
        }
    }

    private End follow(long first) throws IOException, InterruptedException {
        next = first;
        while (waitFor(() -> buffer.reaches(next))) {
            List<LiveEvent> events = buffer.read(next, MAX_EVENTS, MAX_SIZE);
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

    /** Waits until something is there or may be; says whether the stream goes on. */
    private boolean waitFor(BooleanSupplier something) throws IOException, InterruptedException {
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
        buffer.await(() -> ended || something.getAsBoolean(), Math.max(1, TimeUnit.NANOSECONDS.toMillis(wait)));
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

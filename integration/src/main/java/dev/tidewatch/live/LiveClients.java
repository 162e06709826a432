package dev.tidewatch.live;

import dev.tidewatch.http.ProblemException;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.thread.Threading;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter.DataWithMediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** The clients of the event stream. Stops before the web server, which waits for in-flight requests. */
@Component("liveClients")
public class LiveClients implements SmartLifecycle, MeterBinder {

    private static final Logger log = LoggerFactory.getLogger(LiveClients.class);
    private static final long NO_TIMEOUT = 0;
    /** The contract's {@code maximum}. */
    private static final int MOST_RECENT = 1000;

    private final LiveBuffer buffer;
    private final Duration heartbeat;
    private final Duration check;
    private final Executor threads;
    private final Semaphore slots;
    private final Set<LiveStream> streams = ConcurrentHashMap.newKeySet();
    private final AtomicLong tooSlow = new AtomicLong();
    private volatile boolean running;

    LiveClients(LiveBuffer buffer, Environment environment, LiveProperties settings) {
        this.buffer = buffer;
        this.slots = new Semaphore(settings.clients());
        this.heartbeat = settings.heartbeatEvery();
        this.check = settings.checkEvery();
        SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("live-");
        executor.setVirtualThreads(Threading.VIRTUAL.isActive(environment));
        threads = executor;
    }

    /**
     * How many of the newest events a client asks for. Validated here, because Camel validates only the requests that it serves.
     *
     * @param wanted the query parameter {@code recent}; null when absent
     * @throws ProblemException when it violates the contract
     */
    public int recent(@Variable("wanted") String wanted) {
        if (wanted == null) {
            return 0;
        }
        if (!wanted.matches("\\d{1,4}") || Integer.parseInt(wanted) > MOST_RECENT) {
            throw ProblemException.invalidField("recent", "must be a whole number from 0 to " + MOST_RECENT);
        }
        return Integer.parseInt(wanted);
    }

    /**
     * Takes a slot for a client. The stream that {@link #open} starts releases it.
     *
     * @throws ProblemException when no slot is free
     */
    public void admit() {
        if (!running || !slots.tryAcquire()) {
            throw new ProblemException(HttpStatus.SERVICE_UNAVAILABLE,
                    "Too many clients stream events, or Tidewatch is stopping. Try again in a few seconds.")
                    .withHeader(HttpHeaders.RETRY_AFTER, "5");
        }
    }

    /**
     * Starts the stream of an admitted client.
     *
     * @param lastEventId   the id of the last event that the client has seen; null for a new client
     * @param recent        how many of the newest events a new client is sent first
     * @param isSessionOpen called every few seconds; the stream ends when it returns false
     */
    SseEmitter open(String lastEventId, int recent, BooleanSupplier isSessionOpen) {
        SseEmitter emitter = new SseEmitter(NO_TIMEOUT);
        LiveStream stream = new LiveStream(buffer, lastEventId, recent,
                text -> emitter.send(Set.of(new DataWithMediaType(text, MediaType.APPLICATION_OCTET_STREAM))),
                isSessionOpen, heartbeat, check);
        streams.add(stream);
        emitter.onCompletion(stream::end);
        if (!running) {
            stream.end();
        }
        try {
            threads.execute(() -> run(stream, emitter));
        } catch (RuntimeException | Error e) {
            release(stream);
            throw e;
        }
        return emitter;
    }

    private void run(LiveStream stream, SseEmitter emitter) {
        try {
            LiveStream.End end = stream.run();
            if (end == LiveStream.End.TIMED_OUT || end == LiveStream.End.BEHIND) {
                tooSlow.incrementAndGet();
            }
            // After a failed write Tomcat has ended the request already, and would log a second completion as an error.
            if (end == LiveStream.End.CLOSED || end == LiveStream.End.BEHIND) {
                emitter.complete();
            }
        } catch (IllegalStateException e) {
            log.debug("Tomcat has already ended the request of a closed connection", e);
        } catch (RuntimeException e) {
            log.error("An unexpected error ended the event stream of a client; the client reconnects", e);
            emitter.complete();
        } finally {
            release(stream);
        }
    }

    private void release(LiveStream stream) {
        streams.remove(stream);
        slots.release();
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        Gauge.builder("tidewatch.live.clients", streams, Set::size)
                .description("Clients of the event stream")
                .register(meters);
        FunctionCounter.builder("tidewatch.live.clients.cut", tooSlow, AtomicLong::get)
                .description("Clients disconnected because they read too slowly")
                .register(meters);
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        streams.forEach(LiveStream::end);
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}

package dev.tidewatch.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Workers that repeat an action, each in its own thread, until they are stopped. */
final class Load implements AutoCloseable {

    private static final Duration LONGEST_STEP = Duration.ofMinutes(2);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> workers = new ArrayList<>();
    private volatile boolean stopped;

    void add(Runnable step) {
        workers.add(threads.submit(() -> {
            while (!stopped) {
                step.run();
            }
        }));
    }

    /** Stops after the current action of each worker. */
    @Override
    public void close() throws InterruptedException, ExecutionException, TimeoutException {
        stopped = true;
        threads.shutdown();
        for (Future<?> worker : workers) {
            worker.get(LONGEST_STEP.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** The pause between two requests of one client. */
    static void pause(int millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }
}

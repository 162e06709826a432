package dev.tidewatch.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a parser, which must neither hang nor allocate memory out of proportion to its input. */
public final class Watchdog implements AutoCloseable {

    private static final int SECONDS = 5;
    private static final long BYTES = 1_000_000;
    private static final long BYTES_PER_BYTE = 200;
    private static final int SHOWN = 500;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "watched");
        thread.setDaemon(true);
        return thread;
    });

    /** The result; fails if the parser throws, hangs, or allocates more than 1 MB plus 200 bytes per input byte. */
    public <T> T read(byte[] input, Callable<T> reader) {
        try {
            return worker.submit(() -> {
                long before = threads.getCurrentThreadAllocatedBytes();
                T result = reader.call();
                if (threads.getCurrentThreadAllocatedBytes() - before > BYTES + BYTES_PER_BYTE * input.length) {
                    // Classes and Jackson's symbol table are allocated only once.
                    before = threads.getCurrentThreadAllocatedBytes();
                    result = reader.call();
                    assertThat(threads.getCurrentThreadAllocatedBytes() - before).as("bytes allocated")
                            .isLessThan(BYTES + BYTES_PER_BYTE * input.length);
                }
                return result;
            }).get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("read " + shown(input), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("more than " + SECONDS + " s to read " + shown(input), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        }
    }

    private static String shown(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        return input.length + " bytes: " + (text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…");
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}

package dev.tidewatch.bench;

import dev.tidewatch.login.Credentials;
import dev.tidewatch.login.Passwords;
import dev.tidewatch.support.Api;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Logins per second, relative to what idle cores could verify, and the processor time of a login outside its hash. The latter counts the
 * threads that serve requests, publish the events and write their lines. The broker, the changefeed and the clients have other threads in
 * this process and do not count, nor do the JIT compiler and the garbage collector.
 */
final class LoginThroughput {

    private static final int CORES = Runtime.getRuntime().availableProcessors();
    private static final int WARM_UP_SECONDS = 90;
    private static final int SECONDS = 10;
    private static final double AIM = 0.9;
    private static final double LARGEST_SHARE = 0.1;
    private static final String HASHES = "password-hash";
    /** The requests on Java 17, its connections, both on virtual threads, and Camel's consumers and timers. */
    private static final List<String> APPLICATION = List.of("task-", "http-nio-", "ForkJoinPool-1-worker-", "Camel (");

    private final Api api;
    private final Passwords passwords;
    private final Credentials unknown = new Credentials("nobody", null, "a password", null);

    LoginThroughput(Api api, Passwords passwords) {
        this.api = api;
        this.passwords = passwords;
    }

    String measure() {
        hashOnce();
        perSecond(2 * CORES, WARM_UP_SECONDS, this::login);
        double hashSeconds = 1 / perSecond(1, SECONDS, this::hashOnce);
        double hashMillis = processorMillis(List.of(HASHES));
        double otherMillis = processorMillis(APPLICATION);
        double logins = perSecond(2 * CORES, SECONDS, this::login);
        double loginCount = logins * SECONDS;
        hashMillis = processorMillis(List.of(HASHES)) - hashMillis;
        otherMillis = processorMillis(APPLICATION) - otherMillis;
        double hashSecondsAfter = 1 / perSecond(1, SECONDS, this::hashOnce);
        double ceiling = CORES / ((hashSeconds + hashSecondsAfter) / 2);
        return ("login: %.1f per second on %d cores; one hash takes %.1f ms, so the cores could do %.1f; ratio %.2f, the goal is %.1f;"
                + " processor time of a login %.2f ms in its hash, %.2f ms in the application's other threads; ratio %.2f,"
                + " the goal is %.2f")
                .formatted(logins, CORES, 500 * (hashSeconds + hashSecondsAfter), ceiling, logins / ceiling, AIM,
                        hashMillis / loginCount, otherMillis / loginCount, otherMillis / hashMillis, LARGEST_SHARE);
    }

    private static double processorMillis(List<String> prefixes) {
        return 1000 * Usage.processorSeconds(thread -> prefixes.stream().anyMatch(thread::startsWith));
    }

    private boolean hashOnce() {
        return passwords.matches(unknown, null);
    }

    private boolean login() {
        if (api.login("admin", "admin123").statusCode() != 200) {
            throw new IllegalStateException("A login failed");
        }
        return true;
    }

    private static double perSecond(int threads, int seconds, Callable<Boolean> task) {
        AtomicLong done = new AtomicLong();
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (int thread = 0; thread < threads; thread++) {
                pool.submit(() -> {
                    while (System.nanoTime() < end) {
                        task.call();
                        done.incrementAndGet();
                    }
                    return null;
                });
            }
            pool.shutdown();
            if (!pool.awaitTermination(seconds * 2L, TimeUnit.SECONDS)) {
                throw new IllegalStateException("The load did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
        return done.get() / ((System.nanoTime() - start) / 1e9);
    }
}

package dev.tidewatch.bench;

import dev.tidewatch.login.Credentials;
import dev.tidewatch.login.Passwords;
import dev.tidewatch.support.Api;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** The latency of other requests during ten times as many logins as the cores can check. */
final class LoginFlood {

    private static final int CORES = Runtime.getRuntime().availableProcessors();
    private static final int TIMES_THE_CAPACITY = 10;
    private static final int SECONDS = 20;
    private static final int CLIENTS = 64;
    private static final double LIMIT_MILLIS = 100;

    private final Api api;
    private final URI address;
    private final Passwords passwords;
    private final Credentials unknown = new Credentials("nobody", null, "a password", null);

    LoginFlood(String address, Passwords passwords) {
        this.api = new Api(address);
        this.address = URI.create(address);
        this.passwords = passwords;
    }

    List<String> measure() throws InterruptedException {
        String token = api.token();
        flood(TIMES_THE_CAPACITY * CORES / hashSeconds(), SECONDS);
        double capacity = CORES / hashSeconds();
        long memoryBefore = heap();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS / 2);
        List<Double> before = profiles(token, () -> System.nanoTime() < end, new long[1]);

        CompletableFuture<Map<Integer, Queue<Double>>> flood = CompletableFuture.supplyAsync(() -> flood(TIMES_THE_CAPACITY * capacity,
                SECONDS));
        long[] memory = new long[1];
        List<Double> meanwhile = profiles(token, () -> !flood.isDone(), memory);

        Map<Integer, Queue<Double>> answers = flood.join();
        double all = answers.values().stream().mapToInt(Queue::size).sum();
        List<Double> shed = answers.getOrDefault(503, new ConcurrentLinkedQueue<>()).stream().sorted().toList();
        List<Double> checked = answers.getOrDefault(401, new ConcurrentLinkedQueue<>()).stream().sorted().toList();
        return List.of(
                ("flood: %.0f logins in %d s, %.1f times what the cores can check (%.1f per second): %.1f %% shed, %.1f per second checked,"
                        + " %.0f others")
                        .formatted(all, SECONDS, all / SECONDS / capacity, capacity, 100 * shed.size() / all,
                                checked.size() / (double) SECONDS,
                                all - shed.size() - checked.size()),
                ("flood: a login is shed after p50 %.1f ms, p99 %.1f ms, max %.1f ms; max is %.2f of the limit of %.0f ms;"
                        + " one is checked after p50 %.0f ms, max %.0f ms")
                        .formatted(at(shed, 0.5), at(shed, 0.99), at(shed, 1), at(shed, 1) / LIMIT_MILLIS, LIMIT_MILLIS, at(checked, 0.5),
                                at(checked, 1)),
                ("flood: /api/profile meanwhile p50 %.1f ms, p99 %.1f ms, max %.1f ms; p99 is %.2f of the limit of %.0f ms;"
                        + " before it p50 %.1f ms, p99 %.1f ms")
                        .formatted(at(meanwhile, 0.5), at(meanwhile, 0.99), at(meanwhile, 1), at(meanwhile, 0.99) / LIMIT_MILLIS,
                                LIMIT_MILLIS,
                                at(before, 0.5), at(before, 0.99)),
                "flood: heap in use %d MiB at most, %d MiB before; clients included".formatted(memory[0] >> 20, memoryBefore >> 20));
    }

    /** Sends logins at a rate: milliseconds from the connection to the end of the response, by status. */
    private Map<Integer, Queue<Double>> flood(double perSecond, int seconds) {
        String body = api.credentials("nobody", "a password");
        byte[] login = ("POST /api/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
                + "application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII);
        Map<Integer, Queue<Double>> millis = new ConcurrentHashMap<>();
        AtomicLong next = new AtomicLong();
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        CompletableFuture.allOf(IntStream.range(0, CLIENTS).mapToObj(client -> CompletableFuture.runAsync(() -> {
            for (long due = due(start, next, perSecond); due < end && System.nanoTime() < end; due = due(start, next, perSecond)) {
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                long sent = System.nanoTime();
                int status = status(login);
                millis.computeIfAbsent(status, any -> new ConcurrentLinkedQueue<>()).add((System.nanoTime() - sent) / 1e6);
            }
        }, clients)).toArray(CompletableFuture[]::new)).join();
        clients.shutdown();
        return millis;
    }

    private static long due(long start, AtomicLong next, double perSecond) {
        return start + (long) (next.getAndIncrement() / perSecond * 1e9);
    }

    /** A socket costs the shared cores less than an HTTP client. */
    private int status(byte[] request) {
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.getOutputStream().write(request);
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Integer.parseInt(answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }

    /** Requests the profile fifty times per second: milliseconds until the responses, sorted. */
    private List<Double> profiles(String token, BooleanSupplier goOn, long[] mostMemory) throws InterruptedException {
        List<Double> millis = new ArrayList<>();
        while (goOn.getAsBoolean()) {
            long start = System.nanoTime();
            if (api.get("/api/profile", Api.bearer(token)).statusCode() != 200) {
                throw new IllegalStateException("/api/profile failed");
            }
            millis.add((System.nanoTime() - start) / 1e6);
            mostMemory[0] = Math.max(mostMemory[0], heap());
            Thread.sleep(20);
        }
        return millis.stream().sorted().toList();
    }

    private double hashSeconds() {
        int hashes = 100;
        long start = System.nanoTime();
        for (int i = 0; i < hashes; i++) {
            passwords.matches(unknown, null);
        }
        return (System.nanoTime() - start) / 1e9 / hashes;
    }

    private static double at(List<Double> sorted, double quantile) {
        return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.ceil(quantile * sorted.size()) - 1);
    }

    private static long heap() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}

package dev.tidewatch.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.tidewatch.support.Api;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.management.ObjectName;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Memory, threads and file descriptors minute by minute, while logins, user events and row changes arrive as fast as they are handled, and
 * a route file is saved every ten seconds. The process includes the embedded broker and changefeed.
 */
final class Soak {

    private static final int USERS = 100;
    private static final int AT_ONCE = 1000;
    /** Of the mean, over the part of the run that counts. */
    private static final double LIMIT = 0.1;
    private static final Pattern CLASS = Pattern.compile(" *\\d+: +(\\d+) +(\\d+)  (\\S+).*");

    private final Api api;
    private final JdbcTemplate database;
    private final String brokers;
    private final Path folder;
    private final Duration duration;
    private final Consumer<String> progress;
    private final AtomicLong logins = new AtomicLong();
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong changes = new AtomicLong();
    private volatile boolean running = true;

    private record Sample(double heap, double rss, double threads, double files) {
    }

    Soak(ApplicationContext context, String address, Duration duration, Consumer<String> progress) {
        this.progress = progress;
        api = new Api(address);
        database = context.getBean(JdbcTemplate.class);
        brokers = context.getEnvironment().getRequiredProperty("camel.component.kafka.brokers");
        folder = Path.of(context.getEnvironment().getRequiredProperty("tidewatch.routes.folder"));
        this.duration = duration;
    }

    List<String> measure() throws Exception {
        for (int i = 0; i < USERS; i++) {
            database.update("INSERT INTO users (username, email, password_hash) SELECT ?, ?, password_hash FROM users WHERE username = "
                    + "'admin'", "soak-" + i, "soak-" + i);
        }
        database.execute("CREATE TABLE soak (id BIGINT NOT NULL PRIMARY KEY, value BIGINT NOT NULL)");
        Files.createDirectories(folder);
        ExecutorService work = Executors.newCachedThreadPool();
        int clients = Runtime.getRuntime().availableProcessors();
        IntStream.range(0, clients).forEach(i -> work.submit(repeated(this::login)));
        work.submit(repeated(this::saveRoute));
        work.submit(this::sendEvents);
        work.submit(this::changeRows);
        long minutes = Math.max(3, duration.toMinutes());
        List<Sample> samples = new ArrayList<>();
        Map<String, Long> before = Map.of();
        for (int minute = 1; minute <= minutes; minute++) {
            TimeUnit.MINUTES.sleep(1);
            Sample sample = sample();
            samples.add(sample);
            progress.accept(("soak: minute %d: heap after GC %.0f MB, RSS %.0f MB, %.0f threads, %.0f file descriptors; %d logins, %d user"
                    + " events, %d row changes so far").formatted(minute, sample.heap, sample.rss, sample.threads, sample.files,
                    logins.get(), events.get(), changes.get()));
            if (minute == Math.max(1, minutes / 3)) {
                before = histogram();
            }
        }
        Map<String, Long> after = histogram();
        running = false;
        work.shutdown();
        work.awaitTermination(1, TimeUnit.MINUTES);
        List<Sample> counted = samples.subList((int) (minutes / 3), (int) minutes);
        return List.of(
                verdict("heap after GC", "MB", counted.stream().mapToDouble(Sample::heap).toArray()),
                verdict("RSS", "MB", counted.stream().mapToDouble(Sample::rss).toArray()),
                verdict("threads", "", counted.stream().mapToDouble(Sample::threads).toArray()),
                verdict("file descriptors", "", counted.stream().mapToDouble(Sample::files).toArray()),
                "soak: classes that grew most: " + growth(before, after));
    }

    /** The growth along the straight line that fits the samples best. */
    private static String verdict(String what, String unit, double[] values) {
        double mean = IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElse(0);
        double middle = (values.length - 1) / 2.0;
        double slope = IntStream.range(0, values.length).mapToDouble(i -> (i - middle) * (values[i] - mean)).sum()
                / IntStream.range(0, values.length).mapToDouble(i -> (i - middle) * (i - middle)).sum();
        double growth = slope * (values.length - 1) / mean;
        return "soak: %s %s: %.0f %s on average, %+.2f a minute in the last %d minutes, %+.1f %%; the limit is %.0f %%".formatted(
                what, growth > LIMIT ? "GROWS" : "is flat", mean, unit, slope, values.length, growth * 100, LIMIT * 100);
    }

    private Runnable repeated(Callable<?> step) {
        return () -> {
            while (running) {
                try {
                    step.call();
                } catch (Exception e) {
                    progress.accept("soak: " + e);
                }
            }
        };
    }

    private Void login() {
        boolean right = ThreadLocalRandom.current().nextInt(10) > 0;
        api.login("soak-" + ThreadLocalRandom.current().nextInt(USERS), right ? "admin123" : "wrong");
        logins.incrementAndGet();
        return null;
    }

    private Void saveRoute() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("soak.camel.yaml"), RouteReload.SOURCE.formatted("soak", System.nanoTime()));
        TimeUnit.SECONDS.sleep(10);
        return null;
    }

    private void sendEvents() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers));
                KafkaProducer<String, String> producer = new KafkaProducer<>(Map.of("bootstrap.servers", brokers, "linger.ms", 20),
                        new StringSerializer(), new StringSerializer())) {
            repeated(() -> {
                for (int i = 0; i < AT_ONCE; i++) {
                    String user = String.valueOf(ThreadLocalRandom.current().nextInt(1_000_000));
                    producer.send(new ProducerRecord<>("user-events", user, """
                            {"eventId":"%s","timestamp":"2026-01-01T10:30:00.123Z","action":"LOGOUT","userId":%s,"username":"user-%s",\
                            "ipAddress":"127.0.0.1","userAgent":null,"reason":null}""".formatted(UUID.randomUUID(), user, user)));
                }
                events.addAndGet(AT_ONCE);
                awaitLag(admin, "log-user-events", "user-events");
                return null;
            }).run();
        }
    }

    private void changeRows() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            repeated(() -> {
                for (int i = 0; i < AT_ONCE / 10; i++) {
                    database.update("INSERT INTO soak VALUES (?, 0) ON DUPLICATE KEY UPDATE value = value + 1",
                            ThreadLocalRandom.current().nextInt(100_000));
                }
                changes.addAndGet(AT_ONCE / 10);
                awaitLag(admin, "log-database-changes", "tidb-cdc-events");
                return null;
            }).run();
        }
    }

    /** Waits until a group has read all but a few thousand records. */
    private void awaitLag(Admin admin, String group, String topic) throws Exception {
        while (running && lag(admin, group, topic) > 2 * AT_ONCE) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static long lag(Admin admin, String group, String topic) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
        committed.keySet().removeIf(partition -> !partition.topic().equals(topic));
        committed.values().removeIf(offset -> offset == null);
        var ends = admin.listOffsets(committed.keySet().stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()))).all().get();
        return committed.entrySet().stream().mapToLong(entry -> ends.get(entry.getKey()).offset() - entry.getValue().offset()).sum();
    }

    private static Sample sample() throws IOException {
        return new Sample(
                Usage.heapMegabytes(),
                Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS"))
                        .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1e3).findAny().orElse(0),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class).getOpenFileDescriptorCount());
    }

    /** Bytes of the live objects of each class. */
    private static Map<String, Long> histogram() throws Exception {
        String text = (String) ManagementFactory.getPlatformMBeanServer().invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
                new Object[] {new String[0]}, new String[] {String[].class.getName()});
        Map<String, Long> bytes = new HashMap<>();
        text.lines().map(CLASS::matcher).filter(Matcher::matches)
                .forEach(line -> bytes.merge(line.group(3), Long.parseLong(line.group(2)), Long::sum));
        return bytes;
    }

    private static String growth(Map<String, Long> before, Map<String, Long> after) {
        return after.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> before.getOrDefault(entry.getKey(), 0L) - entry.getValue())).limit(20)
                .map(entry -> "%s %+.2f MB".formatted(entry.getKey(), (entry.getValue() - before.getOrDefault(entry.getKey(), 0L)) / 1e6))
                .collect(Collectors.joining(", "));
    }
}

package dev.tidewatch.bench;

import dev.tidewatch.Tidewatch;
import dev.tidewatch.support.Routes;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.GroupState;
import org.awaitility.Awaitility;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/**
 * How the log route grows: with partitions, with the size of the records, with routes on one topic and with instances. Broker, producer
 * and all instances are in this process, so its processor time per record counts more than records per second.
 */
final class Growth {

    private static final int RECORDS = 200_000;
    private static final int PARTITIONS = 3;
    private static final int BYTES = 250;
    private static final String ROUTE = """
            - route:
                id: %1$s
                from:
                  uri: kamelet:user-events-source
                  parameters: {topic: %2$s, batch: true}
                  steps:
                    - to:
                        uri: kamelet:log-event-sink
                        parameters: {logger: dev.tidewatch.audit}
            """;

    private final Environment environment;
    private final String brokers;
    private final List<CamelContext> instances = new ArrayList<>();
    private final Admin admin;
    private final Consumer<String> progress;

    private record Run(double perSecond, double micros, int threads, double heap, double idle, double fetched) {
    }

    Growth(ApplicationContext context, Consumer<String> progress) {
        this.progress = progress;
        environment = context.getEnvironment();
        brokers = environment.getRequiredProperty("camel.component.kafka.brokers");
        instances.add(context.getBean(CamelContext.class));
        admin = Admin.create(Map.of("bootstrap.servers", brokers));
    }

    List<String> measure() throws Exception {
        List<String> figures = new ArrayList<>();
        List<ConfigurableApplicationContext> others = new ArrayList<>();
        try (admin) {
            // The JIT compiler still improves the third run.
            for (int warmUp = 0; warmUp < 8; warmUp++) {
                run(PARTITIONS, BYTES, 1, RECORDS, false);
            }
            for (int partitions : wanted("partitions") ? List.of(3, 6, 12) : List.<Integer>of()) {
                Run run = run(partitions, BYTES, 1, RECORDS, false);
                figures.add("growth: %d partitions: %.0f records per second, %.1f µs of processor time each, %d threads".formatted(
                        partitions, run.perSecond, run.micros, run.threads));
            }
            for (int bytes : wanted("sizes") ? List.of(200, 1000, 10_000, 100_000) : List.<Integer>of()) {
                int records = Math.min(RECORDS, 200_000_000 / bytes);
                Run run = run(PARTITIONS, bytes, 1, records, false);
                figures.add("growth: records of %d bytes: %.0f per second, %.1f MB per second, %.1f µs of processor time each".formatted(
                        bytes, run.perSecond, run.perSecond * bytes / 1e6, run.micros));
            }
            for (int routes : wanted("routes") ? List.of(1, 10, 100) : List.<Integer>of()) {
                Run run = run(PARTITIONS, BYTES, routes, RECORDS / routes, true);
                figures.add(("growth: %d routes on one topic: %.0f events per second in all, %.1f µs of processor time for an event of a"
                        + " route; each route costs %.1f threads, %.2f MB of heap and %.2f %% of a core while idle;"
                        + " the broker sends each byte %.1f times").formatted(routes, run.perSecond, run.micros,
                        (double) run.threads / routes, run.heap / routes, run.idle / routes, run.fetched));
            }
            for (int count : wanted("instances") ? List.of(1, 2, 4) : List.<Integer>of()) {
                while (instances.size() < count) {
                    others.add(anotherInstance());
                    instances.add(others.get(others.size() - 1).getBean(CamelContext.class));
                }
                Run run = run(12, BYTES, 1, RECORDS, false);
                figures.add("growth: %d instances: %.0f records per second, %.1f µs of processor time each".formatted(
                        count, run.perSecond, run.micros));
            }
        } finally {
            others.forEach(ConfigurableApplicationContext::close);
        }
        return figures;
    }

    /** Whether a curve is wanted; all are, unless {@code tidewatch.bench.growth} names some. */
    private static boolean wanted(String curve) {
        return List.of(System.getProperty("tidewatch.bench.growth", curve).split(",")).contains(curve);
    }

    /** Starts routes on an empty topic, writes records, and waits until all routes have committed all of them. */
    private Run run(int partitions, int bytes, int routes, int records, boolean isCostMeasured) throws Exception {
        String topic = "growth-" + UUID.randomUUID();
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(Map.of("max.message.bytes", "2000000")))).all().get();
        List<String> groups = IntStream.range(0, routes).mapToObj(i -> topic + "-" + i).toList();
        double idleBefore = isCostMeasured ? idle() : 0;
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        double heap = isCostMeasured ? Usage.heapMegabytes() : 0;
        List<Routes> started = new ArrayList<>();
        try {
            for (CamelContext instance : instances) {
                for (String group : groups) {
                    started.add(Routes.start(instance, group, ROUTE.formatted(group, topic)));
                }
            }
            Awaitility.await().until(() -> admin.describeConsumerGroups(groups).all().get().values().stream()
                    .allMatch(group -> isComplete(group, partitions)));
            double idle = isCostMeasured ? idle() - idleBefore : 0;
            threads = ManagementFactory.getThreadMXBean().getThreadCount() - threads;
            heap = isCostMeasured ? Usage.heapMegabytes() - heap : 0;
            long sent = sent(topic);
            double processor = processorTime();
            long begin = System.nanoTime();
            TopicFiller.fill(brokers, topic, null, records, number -> userEvent(number, bytes));
            while (committed(groups) < (long) records * routes) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            double handled = (double) records * routes;
            Run run = new Run(handled / seconds, (processorTime() - processor) * 1e6 / handled, threads, heap, idle,
                    (double) (sent(topic) - sent) / received(topic));
            progress.accept("(%d partitions, %d bytes, %d routes, %d instances: %s)"
                    .formatted(partitions, bytes, routes, instances.size(), run));
            return run;
        } finally {
            started.forEach(Routes::close);
            admin.deleteTopics(List.of(topic)).all().get();
        }
    }

    private boolean isComplete(ConsumerGroupDescription group, int partitions) {
        return group.groupState() == GroupState.STABLE && group.members().size() >= Math.min(instances.size(), partitions)
                && group.members().stream().mapToInt(member -> member.assignment().topicPartitions().size()).sum() == partitions;
    }

    private static String userEvent(int number, int bytes) {
        return """
                {"eventId":"0198f2aa-0000-7000-8000-%012d","timestamp":"2026-01-01T10:30:00.123Z","action":"LOGIN_SUCCESS","userId":%d,\
                "username":"user","ipAddress":"172.18.0.1","reason":null,"userAgent":"%s"}"""
                .formatted(number, number % 100, "x".repeat(Math.max(0, bytes - 190)));
    }

    private long committed(List<String> groups) throws Exception {
        long sum = 0;
        for (String group : groups) {
            sum += admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().values().stream()
                    .mapToLong(offset -> offset == null ? 0 : offset.offset()).sum();
        }
        return sum;
    }

    /** Percent of a core. */
    private static double idle() throws InterruptedException {
        // Until the routes have started.
        TimeUnit.SECONDS.sleep(5);
        double before = processorTime();
        TimeUnit.SECONDS.sleep(10);
        return (processorTime() - before) * 10;
    }

    /** Seconds of all threads of this process. */
    private static double processorTime() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class).getProcessCpuTime() / 1e9;
    }

    private static long sent(String topic) throws Exception {
        return meter("BytesOutPerSec", topic);
    }

    private static long received(String topic) throws Exception {
        return meter("BytesInPerSec", topic);
    }

    /** Bytes that the broker has counted for a topic. */
    private static long meter(String name, String topic) throws Exception {
        ObjectName meter = new ObjectName("kafka.server:type=BrokerTopicMetrics,name=" + name + ",topic=" + topic);
        var server = ManagementFactory.getPlatformMBeanServer();
        return server.isRegistered(meter) ? (long) server.getAttribute(meter, "Count") : 0;
    }

    private ConfigurableApplicationContext anotherInstance() {
        return new SpringApplicationBuilder(Tidewatch.class).run(Stream.concat(
                Stream.of("server.port=0", "management.server.port=0", "camel.main.name=instance-" + instances.size(),
                        "tidewatch.embedded.enabled=false"),
                Stream.of("TIDB_HOST", "TIDB_PORT", "TIDB_USER", "TIDB_PASSWORD", "TIDB_DATABASE", "KAFKA_BROKERS")
                        .map(name -> name + "=" + environment.getRequiredProperty(name)))
                .map(argument -> "--" + argument).toArray(String[]::new));
    }
}

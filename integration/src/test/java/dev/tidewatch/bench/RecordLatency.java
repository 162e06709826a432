package dev.tidewatch.bench;

import static dev.tidewatch.support.CapturedLog.where;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.support.CapturedLog;
import dev.tidewatch.support.Routes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** The time from sending a record, in turn to each of three partitions, to its line: single records, and three at once. */
final class RecordLatency {

    private static final int PARTITIONS = 3;
    private static final int WARM_UP = 200;
    private static final int RECORDS = 600;
    private static final int A_SECOND = 30;
    private static final double LIMIT_MILLIS = 15;

    private final CamelContext camel;
    private final String brokers;
    private final CapturedLog log;

    RecordLatency(CamelContext camel, String brokers, CapturedLog log) {
        this.camel = camel;
        this.brokers = brokers;
        this.log = log;
    }

    List<String> measure() throws Exception {
        IntFunction<Predicate<JsonNode>> event = number -> where("username", "latency-" + number);
        IntFunction<Predicate<JsonNode>> change = number -> line -> line.path("data").path("id").asInt() == number;
        List<String> figures = new ArrayList<>();
        for (int atOnce : List.of(1, PARTITIONS)) {
            figures.add(measure("user-events-source", atOnce, RecordLatency::userEvent, event));
            figures.add(measure("database-changes-source", atOnce, RecordLatency::rowChange, change));
        }
        return figures;
    }

    private String measure(String source, int atOnce, IntFunction<String> message, IntFunction<Predicate<JsonNode>> line)
            throws Exception {
        String topic = "bench-" + UUID.randomUUID();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers));
                KafkaProducer<String, String> producer = new KafkaProducer<>(Map.of("bootstrap.servers", brokers, "linger.ms", 0),
                        new StringSerializer(), new StringSerializer())) {
            admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1))).all().get();
            try (Routes route = Routes.start(camel, topic, """
                    - route:
                        id: %1$s
                        from:
                          uri: kamelet:%2$s
                          parameters: {topic: %1$s}
                          steps:
                            - to:
                                uri: kamelet:log-event-sink
                                parameters: {logger: dev.tidewatch.audit}
                    """.formatted(topic, source))) {
                List<Double> millis = new ArrayList<>();
                List<CompletableFuture<Double>> lines = new ArrayList<>();
                long begin = System.nanoTime();
                for (int i = 0; i < WARM_UP + RECORDS; i += atOnce) {
                    LockSupport.parkNanos(begin + i * (TimeUnit.SECONDS.toNanos(1) / A_SECOND) - System.nanoTime());
                    for (int number = i; number < i + atOnce; number++) {
                        CompletableFuture<Long> written = log.next(line.apply(number));
                        long sent = System.nanoTime();
                        producer.send(new ProducerRecord<>(topic, number % PARTITIONS, "" + number, message.apply(number)));
                        lines.add(written.thenApply(time -> (time - sent) / 1e6));
                    }
                }
                for (CompletableFuture<Double> time : lines) {
                    millis.add(time.get(1, TimeUnit.MINUTES));
                }
                double[] sorted = millis.subList(WARM_UP, millis.size()).stream().mapToDouble(Double::doubleValue).sorted().toArray();
                double p90 = sorted[sorted.length * 9 / 10];
                return "record to line, %s, %d per second, %d at once: p50 %.1f ms, p90 %.1f ms, p99 %.1f ms; p90 is %.2f of %.0f ms"
                        .formatted(source, A_SECOND, atOnce, sorted[sorted.length / 2], p90, sorted[sorted.length * 99 / 100],
                                p90 / LIMIT_MILLIS, LIMIT_MILLIS);
            }
        }
    }

    private static String userEvent(int number) {
        return """
                {"eventId":"%s","timestamp":"2026-01-01T10:30:00.123Z","action":"LOGIN_SUCCESS","userId":7,"username":"latency-%d",\
                "ipAddress":"172.18.0.1","userAgent":"curl/8","reason":null}""".formatted(UUID.randomUUID(), number);
    }

    private static String rowChange(int number) {
        return """
                {"id":0,"database":"shop","table":"orders","pkNames":["id"],"isDdl":false,"type":"INSERT","es":1786358942713,\
                "ts":1786358944991,"sql":"","sqlType":{"id":-5},"mysqlType":{"id":"bigint"},"old":null,"data":[{"id":"%d"}],\
                "_tidb":{"commitTs":%d}}""".formatted(number, 470_612_000_000_000_000L + number * 26_214_400L);
    }
}

package dev.tidewatch.bench;

import dev.tidewatch.audit.LogLines;
import dev.tidewatch.changes.CanalJsonDecoder;
import dev.tidewatch.consumer.RecordDecoder;
import dev.tidewatch.kafka.RecordOrigin;
import dev.tidewatch.outbox.UserEventDecoder;
import dev.tidewatch.support.AuditLines;
import dev.tidewatch.support.Routes;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.apache.camel.CamelContext;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.context.ApplicationContext;

/**
 * Records per second of a log route, with deduplication and commits, against a bare KafkaConsumer that decodes the same messages and
 * writes the same lines through the same encoder; alternating, from the same topic.
 */
final class ConsumerThroughput {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    /** As many as the application, because the round trips of polls and commits count. */
    private static final int MAX_POLL_RECORDS = 5000;
    private static final double GOAL_OF_USER_EVENTS = 0.8;
    private static final double GOAL_OF_ROW_CHANGES = 0.85;

    private final int records;
    private final int rounds;
    private final CamelContext camel;
    private final String brokers;
    private final LogLines lines;
    private final UserEventDecoder userEvents;
    private final CanalJsonDecoder canalJson;

    ConsumerThroughput(ApplicationContext context, int records, int rounds) {
        this.records = records;
        this.rounds = rounds;
        camel = context.getBean(CamelContext.class);
        brokers = context.getEnvironment().getProperty("camel.component.kafka.brokers");
        lines = context.getBean(LogLines.class);
        userEvents = context.getBean(UserEventDecoder.class);
        canalJson = context.getBean(CanalJsonDecoder.class);
    }

    List<Ratio> measure() throws Exception {
        return List.of(
                compare("user events", GOAL_OF_USER_EVENTS, ConsumerThroughput::userEvent, userEvents, """
                        - route:
                            id: bench-%1$s
                            from:
                              uri: kamelet:user-events-source
                              parameters: {topic: %2$s, batch: true}
                              steps:
                                - to:
                                    uri: kamelet:log-event-sink
                                    parameters: {logger: dev.tidewatch.audit}
                        """),
                compare("row changes", GOAL_OF_ROW_CHANGES, ConsumerThroughput::rowChange, canalJson::decode, """
                        - route:
                            id: bench-%1$s
                            from:
                              uri: kamelet:database-changes-source
                              parameters: {topic: %2$s, operations: "INSERT,UPDATE,DELETE,DDL", mask: false, batch: true}
                              steps:
                                - to:
                                    uri: kamelet:log-event-sink
                                    parameters: {logger: dev.tidewatch.audit}
                        """));
    }

    private Ratio compare(String what, double goal, IntFunction<String> message, RecordDecoder decoder, String route) throws Exception {
        String topic = "bench-" + UUID.randomUUID();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
            TopicFiller.fill(brokers, topic, 0, records, message);
            // The first round of each warms up the JIT compiler.
            bare(topic, decoder);
            route(admin, topic, route);
            ConsumerRun bare = new ConsumerRun(0, 0);
            ConsumerRun routed = new ConsumerRun(0, 0);
            for (int round = 0; round < rounds; round++) {
                bare = bare.plus(bare(topic, decoder));
                routed = routed.plus(route(admin, topic, route));
            }
            double all = (double) rounds * records;
            return new Ratio(("%s per thread: %.0f per second by the route, %.0f by a bare consumer;"
                    + " processor time of the thread %.1f and %.1f µs each, ratio %.2f").formatted(what, all / routed.seconds(),
                            all / bare.seconds(), 1e6 * routed.processorSeconds() / all, 1e6 * bare.processorSeconds() / all,
                            bare.processorSeconds() / routed.processorSeconds()),
                    bare.seconds() / routed.seconds(), goal);
        }
    }

    private ConsumerRun bare(String topic, RecordDecoder decoder) throws Exception {
        long start = System.nanoTime();
        long processor = THREADS.getCurrentThreadCpuTime();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers, "group.id", "bare-" + UUID.randomUUID(), "enable.auto.commit", false,
                        "auto.offset.reset", "earliest", "max.poll.records", MAX_POLL_RECORDS),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            for (long next = 0; next < records;) {
                List<Object> events = new ArrayList<>();
                List<RecordOrigin> origins = new ArrayList<>();
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                    events.add(decoder.decode(record.value()));
                    origins.add(new RecordOrigin(record.topic(), record.partition(), record.offset()));
                    next = record.offset() + 1;
                }
                AuditLines.write(lines, events, origins);
                consumer.commitSync(Map.of(partition, new OffsetAndMetadata(next)));
            }
        }
        return new ConsumerRun((System.nanoTime() - start) / 1e9, (THREADS.getCurrentThreadCpuTime() - processor) / 1e9);
    }

    /** From the first commit of a route to that of the last record, for as many records as there are. */
    private ConsumerRun route(Admin admin, String topic, String yaml) throws Exception {
        String name = UUID.randomUUID().toString();
        TopicPartition partition = new TopicPartition(topic, 0);
        long start = 0;
        double processor = 0;
        long begun = 0;
        try (Routes route = Routes.start(camel, name, yaml.formatted(name, topic))) {
            while (true) {
                OffsetAndMetadata committed = admin.listConsumerGroupOffsets("bench-" + name).partitionsToOffsetAndMetadata()
                        .get(10, TimeUnit.SECONDS).get(partition);
                if (committed != null && begun == 0) {
                    // Joining the group does not count.
                    begun = committed.offset();
                    start = System.nanoTime();
                    processor = processorSeconds(topic);
                }
                if (committed != null && committed.offset() == records) {
                    break;
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
            return new ConsumerRun((System.nanoTime() - start) / 1e9, processorSeconds(topic) - processor)
                    .times((double) records / (records - begun));
        }
    }

    /** Of the threads that consume a topic, which camel-kafka names after it. */
    private static double processorSeconds(String topic) {
        return Usage.processorSeconds(thread -> thread.contains("KafkaConsumer[" + topic + "]"));
    }

    static String userEvent(int number) {
        return """
                {"eventId":"0198f2aa-0000-7000-8000-%012d","timestamp":"2026-01-01T10:30:00.123Z","action":"LOGIN_SUCCESS","userId":%d,\
                "username":"user-%d","ipAddress":"172.18.0.1","userAgent":"curl/8","reason":null}"""
                .formatted(number, number % 100, number % 100);
    }

    static String rowChange(int number) {
        return """
                {"id":0,"database":"shop","table":"users","pkNames":["id"],"isDdl":false,"type":"UPDATE","es":1786358942713,\
                "ts":1786358944991,"sql":"","sqlType":{"id":-5,"username":12,"email":12,"failed_logins":4,"updated_at":93},\
                "mysqlType":{"id":"bigint","username":"varchar","email":"varchar","failed_logins":"int","updated_at":"datetime"},\
                "old":[{"id":"%1$d","username":"user-%1$d","email":"user-%1$d@example.org","failed_logins":"0",\
                "updated_at":"2026-01-01 10:30:00.123"}],\
                "data":[{"id":"%1$d","username":"user-%1$d","email":"user-%1$d@example.org","failed_logins":"1",\
                "updated_at":"2026-01-01 10:30:01.456"}],\
                "_tidb":{"commitTs":%2$d}}""".formatted(number % 100, 470_612_000_000_000_000L + number * 26_214_400L);
    }
}

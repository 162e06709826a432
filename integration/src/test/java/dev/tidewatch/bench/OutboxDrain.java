package dev.tidewatch.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.datasource.DataSourceUtils;

/** How fast the relay drains a long outbox, tenth by tenth: the rate must not fall with the number of rows that are deleted already. */
final class OutboxDrain {

    private static final int PARTITIONS = 3;
    private static final int INSERTED_AT_ONCE = 5000;
    /** A thousand events per second: the ids spread over the time that logins would have needed. */
    private static final double MILLIS_BETWEEN = 1;
    private static final double LIMIT = 0.8;

    private final DataSource database;
    private final String brokers;
    private final int events;
    private double relay;
    private double sender;
    private double served;

    OutboxDrain(ApplicationContext context, int events) {
        database = context.getBean(DataSource.class);
        brokers = context.getEnvironment().getRequiredProperty("camel.component.kafka.brokers");
        this.events = events;
    }

    List<String> measure() throws Exception {
        String topic = "bench-outbox-" + UUID.randomUUID();
        List<TopicPartition> partitions = IntStream.range(0, PARTITIONS).mapToObj(i -> new TopicPartition(topic, i)).toList();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1))).all().get();
            Awaitility.await().ignoreExceptions().until(() -> published(admin, partitions) == 0);
            // Warms up the JIT compiler; not a part of the curve.
            drain(admin, partitions, 50_000, 1);
            double[] seconds = drain(admin, partitions, events, 10);
            double tenth = events / 10.0;
            String curve = IntStream.range(0, 10).mapToObj(i -> "%.0f".formatted(tenth / seconds[i])).collect(Collectors.joining(", "));
            double ratio = seconds[1] / seconds[9];
            return List.of("outbox: %d events; events per second for each tenth: %s".formatted(events, curve),
                    "outbox: the last tenth at %.2f of the rate of the second; the limit is %.1f".formatted(ratio, LIMIT),
                    ("outbox: processor time per 1000 events: relay %.1f ms, Kafka's producer %.1f ms, database %s;"
                            + " %.1f ms in all").formatted(relay / events, sender / events,
                            served > 0 ? "%.1f ms".formatted(served / events) : "not measured", (relay + sender + served) / events));
        }
    }

    /** The seconds that each part of the events takes. */
    private double[] drain(Admin admin, List<TopicPartition> partitions, int count, int parts) throws Exception {
        long before = published(admin, partitions);
        insert(partitions.get(0).topic(), count);
        double relayBefore = 1000 * Usage.processorSeconds(OutboxDrain::isRelay);
        double senderBefore = 1000 * Usage.processorSeconds(OutboxDrain::isProducer);
        double servedBefore = databaseTime();
        takeOver();
        double[] seconds = new double[parts];
        long begin = System.nanoTime();
        for (int part = 0; part < parts; part++) {
            long target = before + (long) count * (part + 1) / parts;
            while (published(admin, partitions) < target) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            long now = System.nanoTime();
            seconds[part] = (now - begin) / 1e9;
            begin = now;
        }
        relay = (1000 * Usage.processorSeconds(OutboxDrain::isRelay) - relayBefore) * 1000;
        sender = (1000 * Usage.processorSeconds(OutboxDrain::isProducer) - senderBefore) * 1000;
        served = (databaseTime() - servedBefore) * 1000;
        return seconds;
    }

    private void insert(String topic, int count) throws Exception {
        Connection connection = DataSourceUtils.getConnection(database);
        try (Statement statement = connection.createStatement()) {
            // The changefeed does not capture it, and the relay does not read it.
            statement.execute("CREATE DATABASE IF NOT EXISTS bench");
            statement.execute("CREATE TABLE bench.outbox LIKE outbox");
        }
        long first = Instant.now().toEpochMilli() - (long) (count * MILLIS_BETWEEN);
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO bench.outbox (event_id, topic, event_key, payload, created_at) VALUES (?, ?, ?, ?, NOW(3))")) {
            connection.setAutoCommit(false);
            for (int i = 0; i < count; i++) {
                String id = id(first + (long) (i * MILLIS_BETWEEN), i);
                String user = String.valueOf(i % 1000);
                insert.setString(1, id);
                insert.setString(2, topic);
                insert.setString(3, user);
                insert.setString(4, payload(id, user));
                insert.addBatch();
                if (i % INSERTED_AT_ONCE == INSERTED_AT_ONCE - 1 || i == count - 1) {
                    insert.executeBatch();
                    connection.commit();
                }
            }
            connection.setAutoCommit(true);
        } finally {
            DataSourceUtils.releaseConnection(connection, database);
        }
    }

    /** All events appear at once. */
    private void takeOver() throws Exception {
        Connection connection = DataSourceUtils.getConnection(database);
        try (Statement statement = connection.createStatement()) {
            statement.execute("RENAME TABLE outbox TO bench.empty, bench.outbox TO outbox");
            statement.execute("DROP TABLE bench.empty");
        } finally {
            DataSourceUtils.releaseConnection(connection, database);
        }
    }

    /** A UUIDv7. */
    private static String id(long millis, int number) {
        return "%08x-%04x-7000-8000-%012x".formatted(millis >>> 16, millis & 0xffff, number);
    }

    private static String payload(String id, String user) {
        return """
                {"eventId":"%s","timestamp":"2026-01-01T10:30:00.123Z","action":"LOGIN_SUCCESS","userId":%s,"username":"user-%s",\
                "ipAddress":"172.18.0.1","userAgent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36","reason":null}"""
                .formatted(id, user, user);
    }

    private static long published(Admin admin, List<TopicPartition> partitions) throws Exception {
        return admin.listOffsets(partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest())))
                .all().get().values().stream().mapToLong(ListOffsetsResultInfo::offset).sum();
    }

    private static boolean isRelay(String thread) {
        return thread.contains("seda://publish-events");
    }

    private static boolean isProducer(String thread) {
        return thread.startsWith("kafka-producer-network-thread");
    }

    /** Milliseconds of the embedded database; 0 for a named one. */
    private static double databaseTime() {
        return ProcessHandle.current().children().mapToLong(child -> child.info().totalCpuDuration().map(d -> d.toMillis()).orElse(0L))
                .sum();
    }
}

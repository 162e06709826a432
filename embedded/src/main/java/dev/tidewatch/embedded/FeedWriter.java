package dev.tidewatch.embedded;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Assigns transactions their commitTs, and writes their messages and the watermarks to Kafka in order. */
final class FeedWriter implements TransactionAssembler.TransactionSink, AutoCloseable {

    private static final byte[] ROW_KEY = new byte[0];
    private static final int MAX_MESSAGE_BYTES = 10 * 1024 * 1024;

    private final String topic;
    private final int partitions;
    private final ChangefeedConfiguration configuration;
    private final CommitClock clock;
    private final CanalJson canal = new CanalJson(Clock.systemUTC());
    private final KafkaProducer<byte[], byte[]> producer;
    private final Deque<Message> unacknowledged = new ArrayDeque<>();
    private long sent;

    /** A message in flight, and the number of its transaction. */
    private record Message(long sequence, Future<RecordMetadata> acknowledgement) {
    }

    FeedWriter(String bootstrapServers, String topic, int partitions, ChangefeedConfiguration configuration, CommitClock clock) {
        this.topic = topic;
        this.partitions = partitions;
        this.configuration = configuration;
        this.clock = clock;
        this.sent = clock.completedSequence();
        this.producer = new KafkaProducer<>(Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
            ProducerConfig.ACKS_CONFIG, "all",
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
            ProducerConfig.LINGER_MS_CONFIG, 0,
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_MESSAGE_BYTES,
            // Retries until the broker is reachable: a dropped record would be lost or change the order.
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE,
            ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.MAX_VALUE,
            ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500,
            ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 500), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized void rows(long sequence, long binlogSeconds, List<CapturedRow> changes) {
        if (isNew(sequence)) {
            long commitTs = clock.commitTs(sequence, binlogSeconds);
            for (CapturedRow change : changes) {
                TableName table = change.table().name();
                if (configuration.filter().matches(table)) {
                    byte[] value = canal.row(change, commitTs, column -> configuration.sends(table, column));
                    send(configuration.partitioning(table).partition(change, partitions), ROW_KEY, value);
                }
            }
        }
    }

    @Override
    public synchronized void statement(long sequence, long binlogSeconds, List<CapturedDdl> changes) {
        if (isNew(sequence)) {
            for (CapturedDdl change : changes) {
                if (passes(change.table())) {
                    send(0, null, canal.ddl(change, clock.commitTs(sequence, binlogSeconds)));
                }
            }
        }
    }

    /** The number of the last transaction up to which Kafka has acknowledged all messages. Does not wait. */
    synchronized long acknowledged() throws InterruptedException {
        while (!unacknowledged.isEmpty() && unacknowledged.peek().acknowledgement().isDone()) {
            awaitFirst();
        }
        return unacknowledged.isEmpty() ? sent : unacknowledged.peek().sequence() - 1;
    }

    /** Waits until Kafka has acknowledged all messages. */
    synchronized void awaitAcknowledged() throws InterruptedException {
        producer.flush();
        while (!unacknowledged.isEmpty()) {
            awaitFirst();
        }
    }

    private void awaitFirst() throws InterruptedException {
        try {
            unacknowledged.peek().acknowledgement().get();
            unacknowledged.remove();
        } catch (ExecutionException e) {
            throw new IllegalStateException("Kafka rejected a message of the changefeed", e.getCause());
        }
    }

    /** Marks all transactions up to this one as processed, even if they have no message. */
    synchronized void advanceTo(long sequence) {
        sent = Math.max(sent, sequence);
    }

    /**
     * Sends a watermark for this end of the binlog.
     *
     * @return false, without a message, if the changefeed has not reached this end
     */
    synchronized boolean watermark(BinlogQueries.BinlogEnd end) throws InterruptedException {
        if (acknowledged() < end.sequence()) {
            return false;
        }
        byte[] value = canal.watermark(clock.watermark(end.sequence(), end.seconds()));
        for (int partition = 0; partition < partitions; partition++) {
            producer.send(new ProducerRecord<>(topic, partition, null, value));
        }
        return true;
    }

    private boolean isNew(long sequence) {
        boolean isNew = sequence > sent;
        sent = Math.max(sent, sequence);
        return isNew;
    }

    private boolean passes(TableName table) {
        if (List.of("mysql", "sys", "information_schema", "performance_schema").contains(table.database().toLowerCase(Locale.ROOT))) {
            return false;
        }
        return table.name().isEmpty() ? configuration.filter().matchesDatabase(table.database()) : configuration.filter().matches(table);
    }

    private void send(int partition, byte[] key, byte[] value) {
        unacknowledged.add(new Message(sent, producer.send(new ProducerRecord<>(topic, partition, key, value))));
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(1));
    }
}

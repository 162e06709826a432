package dev.tidewatch.live;

import dev.tidewatch.consumer.PolledPartition;
import dev.tidewatch.history.LastHour;
import dev.tidewatch.kafka.KafkaClients;
import dev.tidewatch.kafka.TopicNames;
import dev.tidewatch.kafka.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.StateRepository;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Where an instance begins to read the topics: at startup far enough before their ends to fill the buffer and the last hour, after a
 * reconnect where it stopped. Camel asks when a partition is assigned. No offset is committed to Kafka.
 */
@Component("liveOffsets")
class LiveOffsets extends ServiceSupport implements StateRepository<String, String> {

    private static final Logger log = LoggerFactory.getLogger(LiveOffsets.class);

    /** Kafka's answer when no record is at or after the time. */
    private static final long NO_RECORD = -1;
    private static final long NANOS_BETWEEN_CHECKS = Duration.ofSeconds(2).toNanos();
    private static final long MILLIS_BETWEEN_ATTEMPTS = 100;

    private final KafkaClients kafka;
    private final CamelContext camel;
    private final LiveBuffer buffer;
    private final LastHour lastHour;
    private final int mostRecords;
    private final List<String> topics;
    private final Topics ids;
    /** By topic, when its id was last checked. Each topic has one consumer. */
    private final long[] checked;

    LiveOffsets(KafkaClients kafka, CamelContext camel, LiveBuffer buffer, LastHour lastHour, LiveProperties settings,
            TopicNames topics, Topics ids) {
        this.kafka = kafka;
        this.camel = camel;
        this.buffer = buffer;
        this.lastHour = lastHour;
        this.mostRecords = settings.historyRecords();
        // In the order of LastHour.USER_EVENTS and LastHour.DATABASE_CHANGES.
        this.topics = topics.all();
        this.ids = ids;
        this.checked = new long[this.topics.size()];
    }

    /** The number of a topic in the buffer and in the last hour. */
    int number(String topic) {
        return topics.indexOf(topic);
    }

    /**
     * The offset of the record before the next one.
     *
     * @param key a topic and a partition, with a slash between them
     * @return null when the application stops before a broker answers, or the partition no longer exists
     */
    @Override
    public String getState(String key) {
        int slash = key.lastIndexOf('/');
        int topic = number(key.substring(0, slash));
        int partition = Integer.parseInt(key.substring(slash + 1));
        while (buffer.next(topic, partition) < 0 || isRecreated(topic)) {
            if (camel.isStopping() || Thread.currentThread().isInterrupted()) {
                return null;
            }
            if (!begin(topic)) {
                pause();
            } else if (buffer.next(topic, partition) < 0) {
                return null;
            }
        }
        return String.valueOf(buffer.next(topic, partition) - 1);
    }

    /** Does nothing: the buffer knows what has been read. */
    @Override
    public void setState(String key, String offset) {
    }

    /**
     * Whether the records of a partition are to be taken. If their topic was recreated, the buffer begins again, and the consumer continues
     * where the new topic is to be read. A consumer does not notice that by itself: it may continue at its old offset.
     */
    boolean isCurrent(PolledPartition poll) {
        if (poll.isAbandoned()) {
            return false;
        }
        int topic = number(poll.partition().topic());
        int own = poll.partition().partition();
        long next = buffer.next(topic, own);
        // Negative if the broker that was asked did not know the partition yet.
        if (next >= 0) {
            long now = System.nanoTime();
            if (poll.firstOffset() >= next && now - checked[topic] < NANOS_BETWEEN_CHECKS) {
                return true;
            }
            checked[topic] = now;
            if (!isRecreated(topic)) {
                return true;
            }
        }
        begin(topic);
        poll.continueAt(partition -> partition == own && buffer.next(topic, own) < 0 ? poll.firstOffset() : buffer.next(topic, partition));
        return false;
    }

    private boolean isRecreated(int topic) {
        String known = buffer.topicId(topic);
        return !known.isEmpty() && ids.id(topics.get(topic)).filter(id -> !id.toString().equals(known)).isPresent();
    }

    private static void pause() {
        try {
            Thread.sleep(MILLIS_BETWEEN_ATTEMPTS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether a broker answered. */
    private boolean begin(int topic) {
        String name = topics.get(topic);
        try (Admin admin = kafka.newAdmin(Map.of())) {
            TopicDescription described = admin.describeTopics(List.of(name)).allTopicNames().get().get(name);
            long[] ends = offsets(admin, described, OffsetSpec.latest());
            long[] starts = offsets(admin, described, OffsetSpec.earliest());
            Instant hour = lastHour.start();
            long[] ofHour = offsets(admin, described, OffsetSpec.forTimestamp(hour.toEpochMilli()));
            int partitions = starts.length;
            int held = buffer.capacity() / topics.size() / partitions;
            int most = mostRecords / partitions;
            long[] froms = new long[partitions];
            Instant[] since = new Instant[partitions];
            for (int partition = 0; partition < partitions; partition++) {
                long oldest = starts[partition];
                long wanted = ofHour[partition] == NO_RECORD ? ends[partition] : ofHour[partition];
                starts[partition] = Math.max(oldest, ends[partition] - held);
                froms[partition] = Math.min(starts[partition], Math.max(wanted, ends[partition] - most));
                since[partition] = froms[partition] <= wanted ? hour : null;
            }
            if (!buffer.topicId(topic).isEmpty() && !buffer.topicId(topic).equals(described.topicId().toString())) {
                log.info("Topic {} was recreated; live events continue with the new one", name);
            }
            lastHour.begin(topic, since);
            buffer.begin(topic, described.topicId().toString(), froms, starts, ends);
            return true;
        } catch (ExecutionException e) {
            log.debug("No broker returned the offsets of {}", name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** The offset of each partition. */
    private static long[] offsets(Admin admin, TopicDescription topic, OffsetSpec which) throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        topic.partitions().forEach(partition -> wanted.put(new TopicPartition(topic.name(), partition.partition()), which));
        long[] offsets = new long[wanted.size()];
        admin.listOffsets(wanted).all().get().forEach((partition, info) -> offsets[partition.partition()] = info.offset());
        return offsets;
    }
}

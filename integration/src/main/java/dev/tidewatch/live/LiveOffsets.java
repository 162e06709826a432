package dev.tidewatch.live;

import dev.tidewatch.history.LastHour;
import dev.tidewatch.kafka.KafkaClients;
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
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Where an instance reads the topics from: at first so far before their ends that the buffer is filled and the last hour is known, and after
 * a lost connection where it was. Camel asks when a partition is assigned; nothing is kept in Kafka.
 */
@Component("liveOffsets")
class LiveOffsets extends ServiceSupport implements StateRepository<String, String> {

    private static final Logger log = LoggerFactory.getLogger(LiveOffsets.class);

    /** What Kafka says when no record is so young. */
    private static final long NO_RECORD = -1;

    private final KafkaClients kafka;
    private final CamelContext camel;
    private final LiveBuffer buffer;
    private final LastHour lastHour;
    private final int mostRecords;
    private final List<String> topics;

    LiveOffsets(KafkaClients kafka, CamelContext camel, LiveBuffer buffer, LastHour lastHour,
            @Value("${tidewatch.live.history-records}") int mostRecords, @Value("${topics.user-events}") String userEvents,
            @Value("${topics.database-changes}") String databaseChanges) {
        this.kafka = kafka;
        this.camel = camel;
        this.buffer = buffer;
        this.lastHour = lastHour;
        this.mostRecords = mostRecords;
        this.topics = List.of(userEvents, databaseChanges);
    }

    /** The number that the buffer has for a topic. */
    int number(String topic) {
        return topics.indexOf(topic);
    }

    /**
     * The offset of the record before the next one.
     *
     * @param key a topic and a partition, with a slash between them
     * @return null when the application stops before a broker says it
     */
    @Override
    public String getState(String key) {
        int slash = key.lastIndexOf('/');
        int topic = number(key.substring(0, slash));
        int partition = Integer.parseInt(key.substring(slash + 1));
        while (buffer.next(topic, partition) < 0) {
            if (camel.isStopping() || Thread.currentThread().isInterrupted()) {
                return null;
            }
            begin(topic);
        }
        return String.valueOf(buffer.next(topic, partition) - 1);
    }

    /** What has been read, the buffer knows. */
    @Override
    public void setState(String key, String offset) {
    }

    private void begin(int topic) {
        String name = topics.get(topic);
        try (Admin admin = kafka.admin(Map.of())) {
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
            lastHour.begin(topic, since);
            buffer.begin(topic, described.topicId().toString(), froms, starts, ends);
        } catch (ExecutionException e) {
            log.debug("No broker says where {} ends", name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** By partition. */
    private static long[] offsets(Admin admin, TopicDescription topic, OffsetSpec which) throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        topic.partitions().forEach(partition -> wanted.put(new TopicPartition(topic.name(), partition.partition()), which));
        long[] offsets = new long[wanted.size()];
        admin.listOffsets(wanted).all().get().forEach((partition, info) -> offsets[partition.partition()] = info.offset());
        return offsets;
    }
}

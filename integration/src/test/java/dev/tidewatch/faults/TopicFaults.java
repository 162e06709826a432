package dev.tidewatch.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.embedded.EmbeddedStack;
import dev.tidewatch.support.Groups;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Faults of topics and committed offsets. Each begins when everything is consumed, so that it is known which records it costs: none, or
 * those that Kafka deletes before they are read.
 */
final class TopicFaults implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TopicFaults.class);
    private static final List<String> TOPICS = List.of(AuditLine.USER_EVENTS, AuditLine.DATABASE_CHANGES);
    private static final Map<String, String> GROUPS =
            Map.of(AuditLine.USER_EVENTS, "log-user-events", AuditLine.DATABASE_CHANGES, "log-database-changes");
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int CHANGES = 60;
    /** More than the records that are written until the application has started. */
    private static final long BEYOND = 1_000_000;
    private static final Pattern SKIPPED =
            Pattern.compile("log-database-changes skips the offsets (\\d+) to (\\d+) of (\\S+): Kafka deleted them unread");

    private final ObjectMapper json = new ObjectMapper();
    private final Application application;
    private final EmbeddedStack stack;
    private final Groups groups;
    private final Users users;
    private final Admin admin;
    private Map<String, Uuid> idsBefore;
    private Map<TopicPartition, Gap> gaps;

    /** Deleted records: the first that was not read, at the latest, and the first that is left. */
    private record Gap(long from, long to) {
    }

    TopicFaults(Application application, EmbeddedStack stack, Groups groups, Users users) {
        this.application = application;
        this.stack = stack;
        this.groups = groups;
        this.users = users;
        this.admin = Admin.create(Map.of("bootstrap.servers", stack.broker().bootstrapServers()));
    }

    /**
     * Injects a fault.
     *
     * @param prefix prefix of the rows that it changes
     * @param deletions receives the last version of each row before its deletion
     * @return the marks of the changes that Kafka deleted unread
     */
    Set<String> suffer(Fault.Kind kind, String prefix, Queue<Users.Row> deletions) throws Exception {
        log.info("{}", kind);
        Set<String> deleted = new HashSet<>();
        switch (kind) {
            case TOPICS_RECREATED -> deleteTopics();
            case OFFSETS_OUT_OF_RANGE -> commitBeyondTheEnd();
            case RETENTION_GAP -> deleted.addAll(deleteUnread(prefix, deletions));
            default -> throw new IllegalArgumentException("Not a fault of topics: " + kind);
        }
        return deleted;
    }

    /** Ends the fault; the load runs again by now. */
    void repair(Fault.Kind kind) throws Exception {
        switch (kind) {
            case TOPICS_RECREATED -> {
                Awaitility.await("the application creates the topics").atMost(LIMIT).ignoreExceptions()
                        .until(() -> ids().values().stream().noneMatch(idsBefore.values()::contains));
                stack.changefeed().start();
            }
            case OFFSETS_OUT_OF_RANGE -> application.start();
            case RETENTION_GAP -> {
                application.resume();
                gaps.forEach((partition, gap) -> Awaitility.await("a line names the gap " + gap + " of " + partition).atMost(LIMIT)
                        .until(() -> isReported(partition, gap)));
            }
            default -> throw new IllegalArgumentException("Not a fault of topics: " + kind);
        }
        log.info("{} is over", kind);
    }

    /** The changefeed stops meanwhile: TiCDC does not write to a topic that is missing. */
    private void deleteTopics() throws Exception {
        stack.changefeed().stop();
        idsBefore = ids();
        admin.deleteTopics(TOPICS).all().get();
    }

    private Map<String, Uuid> ids() throws Exception {
        return admin.describeTopics(TOPICS).allTopicNames().get().values().stream()
                .collect(Collectors.toMap(TopicDescription::name, TopicDescription::topicId));
    }

    /** Commits offsets, with metadata, as if the topics had lost their last records; those that are left are all new. */
    private void commitBeyondTheEnd() throws Exception {
        application.stop();
        for (String topic : TOPICS) {
            Map<TopicPartition, Long> ends = groups.ends(topic);
            Map<TopicPartition, OffsetAndMetadata> committed = groups.committed(GROUPS.get(topic));
            Map<TopicPartition, OffsetAndMetadata> beyond = new HashMap<>();
            for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
                JsonNode metadata = json.readTree(committed.get(end.getKey()).metadata());
                long offset = end.getValue() + BEYOND;
                String window = metadata.isObject()
                        ? json.writeValueAsString(Map.of("watermark", metadata.path("watermark").asLong(), "from", offset - 10))
                        : "";
                beyond.put(end.getKey(), new OffsetAndMetadata(offset, window));
            }
            delete(ends);
            Awaitility.await("the group has no members").atMost(LIMIT).ignoreExceptions()
                    .until(() -> admin.alterConsumerGroupOffsets(GROUPS.get(topic), beyond).all().get() == null);
        }
    }

    /** Suspends the application, and deletes two thirds of the changes that it has not read. */
    private Set<String> deleteUnread(String prefix, Queue<Users.Row> deletions) throws Exception {
        application.suspend();
        awaitTheEndOfFetches();
        Map<TopicPartition, Long> begins = groups.ends(AuditLine.DATABASE_CHANGES);
        RowChanges changes = new RowChanges(users, deletions, prefix, new Random(prefix.hashCode()));
        for (int i = 0; i < CHANGES; i++) {
            changes.change();
        }
        Map<TopicPartition, List<Sent>> sent = read(begins, CommittedChanges.marks(users, prefix, deletions));
        Map<TopicPartition, Long> cuts = new HashMap<>();
        gaps = new HashMap<>();
        Set<String> deleted = new HashSet<>();
        sent.forEach((partition, records) -> {
            int count = records.size() * 2 / 3;
            if (count > 0) {
                long cut = records.get(count - 1).offset() + 1;
                cuts.put(partition, cut);
                gaps.put(partition, new Gap(records.get(0).offset(), cut));
                records.subList(0, count).forEach(record -> deleted.add(record.mark()));
            }
        });
        delete(cuts);
        return deleted;
    }

    /** The broker answers the fetches of the suspended application with the next watermark; it sends no more. */
    private void awaitTheEndOfFetches() throws Exception {
        Map<TopicPartition, Long> before = groups.ends(AuditLine.DATABASE_CHANGES);
        Awaitility.await("two watermarks").atMost(LIMIT).until(() -> groups.ends(AuditLine.DATABASE_CHANGES).entrySet().stream()
                .allMatch(end -> end.getValue() >= before.get(end.getKey()) + 2));
    }

    private record Sent(long offset, String mark) {
    }

    /** Reads the changes from these offsets on until all marks are seen. */
    private Map<TopicPartition, List<Sent>> read(Map<TopicPartition, Long> from, Set<String> marks) throws IOException {
        Map<TopicPartition, List<Sent>> sent = new HashMap<>();
        Set<String> unseen = new HashSet<>(marks);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", stack.broker().bootstrapServers()),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(from.keySet());
            from.forEach(consumer::seek);
            long limit = System.nanoTime() + LIMIT.toNanos();
            while (!unseen.isEmpty()) {
                assertThat(System.nanoTime()).as("changes that the changefeed has not sent: %s", unseen).isLessThan(limit);
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    JsonNode change = json.readTree(record.value());
                    if (change.path("table").asText().equals("users")) {
                        JsonNode row = change.path("data").path(0);
                        String mark = AuditLine.userMark(change.path("type").asText(), row.path("username").asText(),
                                row.path("failed_logins").asLong());
                        sent.computeIfAbsent(new TopicPartition(record.topic(), record.partition()), partition -> new ArrayList<>())
                                .add(new Sent(record.offset(), mark));
                        unseen.remove(mark);
                    }
                }
            }
        }
        return sent;
    }

    private void delete(Map<TopicPartition, Long> before) throws Exception {
        admin.deleteRecords(before.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, cut -> RecordsToDelete.beforeOffset(cut.getValue())))).all().get();
    }

    /** A second gap within a minute is part of a sum. */
    private boolean isReported(TopicPartition partition, Gap gap) {
        Collection<String> warnings = application.warnings();
        return warnings.stream().anyMatch(line -> names(line, partition, gap))
                || warnings.stream().anyMatch(line -> line.startsWith("log-database-changes skipped records of " + partition));
    }

    private static boolean names(String line, TopicPartition partition, Gap gap) {
        Matcher skipped = SKIPPED.matcher(line);
        return skipped.matches() && skipped.group(3).equals(partition.toString())
                && Long.parseLong(skipped.group(1)) <= gap.from() && Long.parseLong(skipped.group(2)) == gap.to() - 1;
    }

    @Override
    public void close() {
        admin.close();
    }
}

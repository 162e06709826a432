package dev.tidewatch.bench;

import dev.tidewatch.embedded.EmbeddedStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * User events per second of {@code log-user-events} with the default settings, against the kafkajs peer: each in a process of its own, on
 * the same topic and broker, with the lines in a file. A run lasts from the assignment of the first partition to the commit of the last
 * record.
 */
final class ConsumerPeers {

    private static final String TOPIC = "bench-user-events";
    private static final int PARTITIONS = 3;
    private static final String ROUTE = "log-user-events";
    private static final double GOAL = 1;

    private final EmbeddedStack stack;
    private final Path directory;
    private final int records;
    private final int rounds;

    ConsumerPeers(EmbeddedStack stack, Path directory, int records, int rounds) {
        this.stack = stack;
        this.directory = directory;
        this.records = records;
        this.rounds = rounds;
    }

    List<Ratio> measure() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.broker().bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1))).all().get();
            TopicFiller.fill(stack.broker().bootstrapServers(), TOPIC, null, records, ConsumerThroughput::userEvent);
            try (MeasuredProcess route = MeasuredProcess.tidewatch(stack, directory.resolve("consumers.log"),
                    Map.of("TIDEWATCH_USER_EVENTS_TOPIC", TOPIC));
                    MeasuredProcess peer = MeasuredProcess.peer("consumer", stack, directory.resolve("kafkajs.log"),
                            Map.of("TOPIC", TOPIC))) {
                ConsumerRun coldRoute = run(admin, route, ROUTE, 0);
                ConsumerRun coldPeer = peer(admin, peer);
                ConsumerRun warmRoute = new ConsumerRun(0, 0);
                ConsumerRun warmPeer = new ConsumerRun(0, 0);
                for (int round = 0; round < rounds; round++) {
                    warmRoute = warmRoute.plus(routeFile(admin, route));
                    warmPeer = warmPeer.plus(peer(admin, peer));
                }
                return List.of(ratio("in fresh processes", coldRoute, coldPeer, 1), ratio("warm", warmRoute, warmPeer, rounds));
            }
        }
    }

    private Ratio ratio(String when, ConsumerRun route, ConsumerRun peer, int runs) {
        return new Ratio(("user events %s: %.0f per second by %s with default settings, %.0f by kafkajs;"
                + " processor time of the processes %.1f and %.1f µs each").formatted(when, runs * records / route.seconds(), ROUTE,
                        runs * records / peer.seconds(), 1e6 * route.processorSeconds() / records / runs,
                        1e6 * peer.processorSeconds() / records / runs),
                peer.seconds() / route.seconds(), GOAL);
    }

    private ConsumerRun peer(Admin admin, MeasuredProcess peer) throws Exception {
        peer.truncate();
        double before = peer.processorSeconds();
        String group = "kafkajs-" + UUID.randomUUID();
        peer.send(group);
        return run(admin, peer, group, before);
    }

    /** Waits until a consumer group has read everything, and checks that each record has its line. */
    private ConsumerRun run(Admin admin, MeasuredProcess process, String group, double processorSecondsBefore) throws Exception {
        long start = 0;
        while (true) {
            process.requireAlive();
            if (start == 0) {
                if (isAssigned(admin, group)) {
                    start = System.nanoTime();
                }
            } else if (hasReadEverything(admin, group)) {
                break;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        ConsumerRun run = new ConsumerRun((System.nanoTime() - start) / 1e9, process.processorSeconds() - processorSecondsBefore);
        long lines = process.count("\"source\":\"kafka-user-events\"");
        if (lines < records) {
            throw new IllegalStateException("%s has written %d lines for %d records".formatted(group, lines, records));
        }
        return run;
    }

    private static boolean isAssigned(Admin admin, String group) throws Exception {
        try {
            return admin.describeConsumerGroups(List.of(group)).all().get().get(group).members().stream()
                    .anyMatch(member -> !member.assignment().topicPartitions().isEmpty());
        } catch (ExecutionException unknownGroup) {
            return false;
        }
    }

    private static boolean hasReadEverything(Admin admin, String group) throws Exception {
        List<TopicPartition> partitions = IntStream.range(0, PARTITIONS).mapToObj(i -> new TopicPartition(TOPIC, i)).toList();
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
        if (!partitions.stream().allMatch(partition -> committed.get(partition) != null)) {
            return false;
        }
        var ends = admin.listOffsets(partitions.stream().collect(Collectors.toMap(partition -> partition, it -> OffsetSpec.latest())))
                .all().get();
        return partitions.stream().allMatch(partition -> committed.get(partition).offset() == ends.get(partition).offset());
    }

    /** A route like {@code log-user-events} in the running application. */
    private ConsumerRun routeFile(Admin admin, MeasuredProcess route) throws Exception {
        route.truncate();
        String id = "bench-" + UUID.randomUUID();
        Path file = Files.createDirectories(directory.resolve("routes")).resolve(id + ".camel.yaml");
        double before = route.processorSeconds();
        Files.writeString(file, """
                - route:
                    id: %s
                    from:
                      uri: kamelet:user-events-source
                      parameters: {batch: true}
                      steps:
                        - to: kamelet:log-event-sink
                """.formatted(id));
        ConsumerRun run = run(admin, route, id, before);
        Files.delete(file);
        return run;
    }
}

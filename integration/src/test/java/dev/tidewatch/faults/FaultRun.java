package dev.tidewatch.faults;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.embedded.EmbeddedStack;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.Groups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs scenarios: database, broker and changefeed in this process, the application in a process of its own. */
final class FaultRun implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(FaultRun.class);
    private static final int LOGIN_CLIENTS = 3;
    private static final int ROW_WRITERS = 2;
    private static final Duration RECOVERY = Duration.ofMinutes(3);
    private static final Duration QUIET = Duration.ofMinutes(2);

    private final Path directory;
    private final Map<String, Ledger> ledgers = Map.of(AuditLine.USER_EVENTS, new Ledger(), AuditLine.DATABASE_CHANGES, new Ledger());
    private final EmbeddedStack stack;
    private final Application application;
    private final Parts parts;
    private final Groups groups;
    private final Users users;
    private final TopicFaults topicFaults;
    private int loads;

    /**
     * Starts the stack of the application.
     *
     * @param directory where data, lines and findings go
     */
    FaultRun(Path jar, Path directory) throws IOException {
        this.directory = Files.createDirectories(directory).toAbsolutePath();
        // A broker's default: it creates a topic, with too few partitions, for a client that asks for it.
        stack = EmbeddedStack.start(this.directory.resolve("stack"),
                Map.of("auto.create.topics.enable", "true", "num.partitions", "1"));
        application = new Application(jar, this.directory, Map.of(
                "TIDB_HOST", "127.0.0.1", "TIDB_PORT", String.valueOf(stack.database().port()),
                "TIDB_USER", stack.database().user(), "TIDB_PASSWORD", stack.database().password(),
                "KAFKA_BROKERS", stack.broker().bootstrapServers(), "TIDEWATCH_SEED_USER", "false"), this::came);
        parts = new Parts(application, stack);
        groups = new Groups(stack.broker().bootstrapServers());
        users = new Users(stack.database());
        topicFaults = new TopicFaults(application, stack, groups, users);
    }

    /** Starts the application. */
    void start() {
        application.start();
        awaitWell();
        Awaitility.await("every topic has a leader").atMost(QUIET).ignoreExceptions()
                .until(() -> deadLetters(AuditLine.USER_EVENTS) + deadLetters(AuditLine.DATABASE_CHANGES) >= 0);
    }

    private void came(JsonNode line, int life) {
        AuditLine.of(line).ifPresent(audit -> ledgers.get(audit.topic()).came(life, audit));
    }

    /** Runs a scenario under load, waits until everything is consumed, and compares the lines with what happened. */
    FaultTable.Row live(Scenario scenario, int rounds, long seed) throws Exception {
        Requests requests = new Requests();
        Queue<Users.Row> deletions = new ConcurrentLinkedQueue<>();
        long eventLetters = deadLetters(AuditLine.USER_EVENTS);
        long changeLetters = deadLetters(AuditLine.DATABASE_CHANGES);
        Set<String> deleted = new HashSet<>();
        Load load = start(scenario, requests, deletions, seed);
        try {
            awaitLines();
            for (List<Fault> faults : scenario.rounds(rounds, seed)) {
                Optional<Fault> ofTopics = faults.stream().filter(fault -> fault.kind().isOfTopics()).findFirst();
                if (ofTopics.isPresent()) {
                    load.close();
                    awaitQuiet(scenario.prefix() + "quiet-" + loads);
                    deleted.addAll(topicFaults.suffer(ofTopics.get().kind(), scenario.prefix() + "gap-" + loads + "-", deletions));
                    load = start(scenario, requests, deletions, seed + loads);
                    topicFaults.repair(ofTopics.get().kind());
                }
                parts.suffer(faults.stream().filter(fault -> !fault.kind().isOfTopics()).toList());
                awaitWell();
                awaitLines();
            }
        } finally {
            load.close();
        }
        awaitQuiet(scenario.prefix() + "end");
        log.info("{}: other answers than wanted {}", scenario.title(), requests.others());
        Set<String> changes = CommittedChanges.marks(users, scenario.prefix(), deletions);
        changes.removeAll(deleted);
        return new FaultTable.Row(scenario, rounds, requests,
                new FaultTable.Came(account(AuditLine.USER_EVENTS, requests.acknowledged(), requests.unknown()),
                        deadLetters(AuditLine.USER_EVENTS) - eventLetters),
                new FaultTable.Came(account(AuditLine.DATABASE_CHANGES, changes, Set.of()),
                        deadLetters(AuditLine.DATABASE_CHANGES) - changeLetters),
                deleted.size());
    }

    private Load start(Scenario scenario, Requests requests, Queue<Users.Row> deletions, long seed) {
        Load load = new Load();
        Random random = new Random(seed);
        int number = loads++;
        for (int i = 0; i < LOGIN_CLIENTS; i++) {
            load.add(new LoginClient(new Api(application.address()), users, requests, scenario.prefix() + "user-" + number + "-" + i + "-",
                    new Random(random.nextLong()))::session);
        }
        for (int i = 0; i < ROW_WRITERS; i++) {
            load.add(new RowChanges(users, deletions, scenario.prefix() + "row-" + number + "-" + i + "-",
                    new Random(random.nextLong()))::change);
        }
        return load;
    }

    private void awaitWell() {
        Awaitility.await("the application answers, and so do database and broker").atMost(RECOVERY)
                .pollInterval(Duration.ofMillis(50)).pollInSameThread().until(application::isWell);
    }

    /** A kill before the application consumes anything proves nothing. */
    private void awaitLines() {
        ledgers.forEach((topic, ledger) -> {
            int before = ledger.size();
            Awaitility.await("lines of " + topic + " come").atMost(RECOVERY).until(() -> ledger.size() > before);
        });
    }

    /** Waits until nothing is in flight: the last row is sent, the outbox is empty, everything is consumed, no line is written. */
    private void awaitQuiet(String last) throws Exception {
        users.insert(last);
        String mark = AuditLine.userMark("INSERT", last, 0);
        Awaitility.await("the changefeed sends the last row").atMost(QUIET).until(() -> ledgers.get(AuditLine.DATABASE_CHANGES).has(mark));
        Awaitility.await("the outbox is empty").atMost(QUIET).until(() -> users.outbox() == 0);
        awaitConsumed("log-user-events", AuditLine.USER_EVENTS);
        awaitConsumed("log-database-changes", AuditLine.DATABASE_CHANGES);
        int[] lines = {-1};
        Awaitility.await("no line comes any more").atMost(QUIET).pollInterval(Duration.ofSeconds(1)).until(() -> {
            int before = lines[0];
            lines[0] = ledgers.values().stream().mapToInt(Ledger::size).sum();
            return lines[0] == before;
        });
    }

    private void awaitConsumed(String group, String topic) throws Exception {
        Map<TopicPartition, Long> ends = groups.ends(topic);
        Awaitility.await(group + " has read " + ends).atMost(QUIET).until(() -> groups.isCommitted(group, ends));
    }

    /** How many records were ever written to the dead-letter topic of a topic. */
    private long deadLetters(String topic) throws ExecutionException, InterruptedException {
        return groups.ends(topic + ".dlq").values().stream().mapToLong(Long::longValue).sum();
    }

    private Ledger.Account account(String topic, Set<String> expected, Set<String> possible) throws IOException {
        Ledger.Account account = ledgers.get(topic).account(expected, possible);
        Files.write(directory.resolve("findings.txt"), account.findings(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return account;
    }

    /** Output on stdout that is not a log line. */
    List<String> unreadable() {
        return application.unreadable();
    }

    @Override
    public void close() {
        try (EmbeddedStack first = stack; Application second = application; Users third = users; Groups fourth = groups;
                TopicFaults fifth = topicFaults) {
            log.debug("Closing {}, {}, {}, {} and {}", fifth, fourth, third, second, first);
        }
    }
}

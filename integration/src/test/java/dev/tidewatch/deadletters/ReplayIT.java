package dev.tidewatch.deadletters;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.Groups;
import dev.tidewatch.support.Routes;
import dev.tidewatch.support.Topic;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.camel.CamelContext;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/** Dead letters are listed by topic and reason, and replayed on request: each one once, and each record a limited number of times. */
@Tag("sql")
class ReplayIT extends ApplicationTest {

    private static final String REPLAYS = "dead-letter.replays";

    @Autowired
    private CamelContext camel;

    @Autowired
    private TransactionTemplate transaction;

    private String token;
    private Topic userEvents;
    private Topic userDeadLetters;
    private Topic changes;
    private Topic changeDeadLetters;

    @BeforeAll
    void openTopics() {
        token = api.token();
        userEvents = new Topic(brokers, "user-events");
        userDeadLetters = new Topic(brokers, "user-events.dlq");
        changes = new Topic(brokers, "tidb-cdc-events");
        changeDeadLetters = new Topic(brokers, "tidb-cdc-events.dlq");
    }

    @AfterAll
    void closeTopics() {
        Stream.of(userEvents, userDeadLetters, changes, changeDeadLetters).forEach(Topic::close);
    }

    @Test
    void replaysOriginalRecordUpToTheReplayLimit() {
        String mark = mark();
        byte[] key = {'k', (byte) 0xff};
        byte[] value = {(byte) 0xfe, 0, 1};
        int partition = (BuiltInPartitioner.partitionForKey(key, 3) + 1) % 3;
        userEvents.send(partition, null, key, value, "mark", mark, "twice", "1", "twice", "2", "CamelHttpUri", "x", "null", null);
        for (int replays = 0; replays < 3; replays++) {
            ConsumerRecord<byte[], byte[]> deadLetter = deadLetter(mark, replays);
            JsonNode listed = listed(deadLetter);
            assertThat(listed.path("replays").asInt()).isEqualTo(replays);
            assertThat(listed.path("key").isNull()).as("not UTF-8").isTrue();
            assertThat(listed.path("exception").asText()).isEqualTo("dev.tidewatch.outbox.UnreadableEventException");
            assertThat(Instant.parse(listed.path("time").asText()).toEpochMilli()).isEqualTo(deadLetter.timestamp());

            assertThat(replay(one(deadLetter)).path("replayed").asInt()).isEqualTo(1);

            int count = replays + 1;
            ConsumerRecord<byte[], byte[]> again = userEvents.await(record -> mark.equals(Topic.header(record, "mark"))
                    && String.valueOf(count).equals(Topic.header(record, REPLAYS)));
            assertThat(again.partition()).as("the original partition, not that of the key").isEqualTo(partition);
            assertThat(again.key()).isEqualTo(key);
            assertThat(again.value()).isEqualTo(value);
            assertThat(again.headers())
                    .extracting(header -> header.key() + "=" + (header.value() == null ? null : new String(header.value())))
                    .containsExactly("mark=" + mark, "twice=1", "twice=2", "CamelHttpUri=x", "null=null",
                            "dead-letter.group=log-user-events", REPLAYS + "=" + count);
            assertThat(listed(deadLetter)).as("not listed after its replay").isNull();
        }
        ConsumerRecord<byte[], byte[]> last = deadLetter(mark, 3);

        JsonNode result = replay(one(last));

        assertThat(result.path("replayed").asInt()).isZero();
        assertThat(result.path("stayed").asInt()).isEqualTo(1);
        assertThat(listed(last).path("replays").asInt()).isEqualTo(3);
        assertThat(userEvents.all(record -> mark.equals(Topic.header(record, "mark")))).hasSize(4);
    }

    @Test
    void replaysEachDeadLetterOnce() {
        replayLeftovers();
        List<String> ids = write(changeDeadLetters, 0, 2);
        ConsumerRecord<byte[], byte[]> deadLetter = changeDeadLetters.await(record -> ids.get(0).equals(Topic.header(record, "id")));

        assertThat(replay(one(deadLetter)).path("replayed").asInt()).isEqualTo(1);
        JsonNode again = replay(one(deadLetter));
        JsonNode all = replay("{\"topic\":\"tidb-cdc-events.dlq\"}");

        assertThat(again.path("replayed").asInt()).isZero();
        assertThat(again.path("stayed").asInt()).isZero();
        assertThat(all.path("replayed").asInt()).isEqualTo(1);
        assertThat(changes.all(record -> ids.contains(Topic.header(record, "id")))).extracting(record -> Topic.header(record, "id"))
                .containsExactlyElementsOf(ids);
    }

    @Test
    void replaysOldestFirstUpToTheLimit() {
        int left = replayLeftovers().path("waiting").asInt();
        int leftInPartition = replay("{\"topic\":\"tidb-cdc-events\",\"partition\":1}").path("waiting").asInt();
        long time = System.currentTimeMillis();
        int[] partitions = {1, 0, 2, 1, 0, 1};
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < partitions.length; i++) {
            ids.add(mark());
            // Different partitions of the dead-letter topic, one original partition.
            changeDeadLetters.send(partitions[i], time + i, null, change(), "id", ids.get(i), "dead-letter.partition", "0");
        }

        JsonNode first = replay("{\"topic\":\"tidb-cdc-events\",\"limit\":3}");
        assertThat(first.path("replayed").asInt()).isEqualTo(3);
        assertThat(first.path("waiting").asInt()).isEqualTo(left + 3);
        JsonNode partition = replay("{\"topic\":\"tidb-cdc-events\",\"partition\":1,\"limit\":1}");
        assertThat(partition.path("replayed").asInt()).isEqualTo(1);
        assertThat(partition.path("waiting").asInt()).isEqualTo(leftInPartition + 1);
        JsonNode rest = replay("{\"topic\":\"tidb-cdc-events\"}");
        assertThat(rest.path("replayed").asInt()).isEqualTo(2);
        assertThat(rest.path("waiting").asInt()).isEqualTo(left);

        assertThat(changes.all(record -> ids.contains(Topic.header(record, "id")))).allMatch(record -> record.partition() == 0)
                .extracting(record -> Topic.header(record, "id")).containsExactlyElementsOf(ids);
    }

    @Test
    void replaysOldestFirstWhenTheyExceedTheWindow() {
        replayLeftovers();
        byte[] large = Arrays.copyOf(change(), 2_000_000);
        Arrays.fill(large, change().length, large.length, (byte) ' ');
        long time = System.currentTimeMillis();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            ids.add(mark());
            changeDeadLetters.send(i < 5 ? 0 : i % 2, time + i, null, large, "id", ids.get(i), "dead-letter.partition", "0");
        }

        assertThat(replay("{\"topic\":\"tidb-cdc-events\"}").path("replayed").asInt()).isEqualTo(14);

        assertThat(changes.all(record -> ids.contains(Topic.header(record, "id")))).extracting(record -> Topic.header(record, "id"))
                .containsExactlyElementsOf(ids);
    }

    @Test
    void replaysOnlyTheRequestedOffsets() {
        List<String> ids = write(changeDeadLetters, 0, 5);
        long first = changeDeadLetters.await(record -> ids.get(0).equals(Topic.header(record, "id"))).offset();

        JsonNode result = replay("{\"topic\":\"tidb-cdc-events\",\"partition\":0,\"offsets\":[%d,%d,%d],\"limit\":2}"
                .formatted(first + 4, first, first + 2));

        assertThat(result.path("replayed").asInt()).isEqualTo(2);
        assertThat(changes.all(record -> ids.contains(Topic.header(record, "id")))).extracting(record -> Topic.header(record, "id"))
                .containsExactly(ids.get(0), ids.get(2));
    }

    @Test
    void concurrentReplaysSendEachDeadLetterOnce() {
        replayLeftovers();
        List<String> ids = new ArrayList<>();
        for (int partition = 0; partition < 3; partition++) {
            ids.addAll(write(changeDeadLetters, partition, 200));
        }

        int linesBefore = log.lines(where("message", "Dead letters replayed")).size();
        List<JsonNode> results = IntStream.range(0, 3)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> replay("{\"topic\":\"tidb-cdc-events\"}"))).toList()
                .stream().map(CompletableFuture::join).toList();

        assertThat(results.stream().mapToInt(result -> result.path("replayed").asInt()).sum()).isEqualTo(ids.size());
        assertThat(changes.all(record -> ids.contains(Topic.header(record, "id")))).extracting(record -> Topic.header(record, "id"))
                .containsExactlyInAnyOrderElementsOf(ids);
        List<JsonNode> lines = log.lines(where("message", "Dead letters replayed")).stream().skip(linesBefore).toList();
        assertThat(lines.stream().mapToInt(line -> line.path("replayed").asInt()).sum()).isEqualTo(ids.size());
        assertThat(lines).allMatch(line -> line.path("deadLetterTopic").asText().equals("tidb-cdc-events.dlq")
                && line.path("userId").asInt() == 1 && line.path("username").asText().equals("admin")
                && line.path("routeId").asText().equals("replay-batch"));
    }

    @Test
    void waitsForAnotherReplayAndThenAnswers503() {
        replayLeftovers();
        write(changeDeadLetters, 0, 1);
        String request = "{\"topic\":\"tidb-cdc-events\"}";
        transaction.executeWithoutResult(status -> {
            lockTopic();
            HttpResponse<String> refused = post(request);

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("5");
            assertThat(api.body(refused).path("detail").asText()).startsWith("Another replay of this topic is in progress");
        });
        CompletableFuture<JsonNode> waiting = transaction.execute(status -> {
            lockTopic();
            CompletableFuture<JsonNode> replay = CompletableFuture.supplyAsync(() -> replay(request));
            Awaitility.await().during(Duration.ofMillis(1500)).atMost(Duration.ofSeconds(20)).until(() -> !replay.isDone());
            return replay;
        });
        assertThat(waiting.join().path("replayed").asInt()).isEqualTo(1);
    }

    @Test
    void ignoresReplaysOlderThanTheDeadLetter() {
        List<String> ids = write(changeDeadLetters, 0, 1);
        ConsumerRecord<byte[], byte[]> deadLetter = changeDeadLetters.await(record -> ids.get(0).equals(Topic.header(record, "id")));
        database.update("INSERT INTO dead_letter_replays VALUES ('tidb-cdc-events.dlq', 0, ?, '2020-01-01')", deadLetter.offset());

        assertThat(replay(one(deadLetter)).path("replayed").asInt()).isEqualTo(1);
        assertThat(replay(one(deadLetter)).path("replayed").asInt()).isZero();
    }

    @Test
    void replaysDeadLetterFromTheFutureOnce() {
        RecordMetadata ahead = userDeadLetters.send(0, System.currentTimeMillis() + 3_600_000, null, event());
        String request = "{\"topic\":\"user-events\",\"partition\":0,\"offsets\":[%d]}".formatted(ahead.offset());

        assertThat(replay(request).path("replayed").asInt()).isEqualTo(1);
        assertThat(replay(request).path("replayed").asInt()).isZero();
    }

    @Test
    void skipsDeadLetterThatExceedsTheTopicLimit() {
        JsonNode left = replayLeftovers();
        // Random, so that compression does not help.
        byte[] value = new byte[10 * 1024 * 1024 + 8 * 1024];
        new Random(1).nextBytes(value);
        changeDeadLetters.send(0, null, null, value);
        List<String> ids = write(changeDeadLetters, 0, 1);

        JsonNode result = replay("{\"topic\":\"tidb-cdc-events\"}");

        assertThat(result.path("replayed").asInt()).isEqualTo(1);
        assertThat(result.path("stayed").asInt()).isEqualTo(left.path("stayed").asInt() + 1);
        assertThat(result.path("waiting").asInt()).isEqualTo(left.path("waiting").asInt() + 1);
        changes.await(record -> ids.get(0).equals(Topic.header(record, "id")));
    }

    @Test
    void listsAndReplaysDeadLetterWithoutHeaders() {
        RecordMetadata bare = changeDeadLetters.send(0, null, "Ключ".repeat(100).getBytes(StandardCharsets.UTF_8), change(),
                "dead-letter.partition", "7", REPLAYS, "many");

        JsonNode group = StreamSupport.stream(list("?topic=tidb-cdc-events").path("topics").path(0).path("groups").spliterator(), false)
                .filter(found -> found.path("reason").isNull()).findFirst().orElseThrow();
        assertThat(group.path("route").isNull()).isTrue();
        assertThat(group.path("newest").path(0).path("key").asText()).hasSize(256).startsWith("КлючКлюч");
        assertThat(group.path("newest").path(0).path("replays").asInt()).isZero();
        String request = "{\"topic\":\"tidb-cdc-events\",\"partition\":0,\"offsets\":[%d]}".formatted(bare.offset());
        assertThat(replay(request).path("replayed").asInt()).isEqualTo(1);
    }

    @Test
    void listsNewestByReasonAndCountsOlderOnes() {
        String[] reasons = {mark(), mark()};
        long older = list("?topic=user-events.dlq").path("topics").path(0).path("olderNotLookedAt").asLong();
        List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < 1030; i++) {
            offsets.add(userDeadLetters.send(0, null, "key".getBytes(), event(), "dead-letter.route", "some-route",
                    "dead-letter.message", "an older reason", "dead-letter.message", reasons[i % 10 == 0 ? 1 : 0]).offset());
        }

        JsonNode all = list("");
        assertThat(all.path("maxReplays").asInt()).isEqualTo(3);
        assertThat(all.path("lookedAt").asInt()).isEqualTo(1000);
        assertThat(all.path("topics")).extracting(topic -> topic.path("topic").asText() + " of " + topic.path("origin").asText())
                .startsWith("user-events.dlq of user-events", "tidb-cdc-events.dlq of tidb-cdc-events");

        JsonNode topic = all.path("topics").path(0);
        assertThat(topic.path("olderNotLookedAt").asLong()).isGreaterThanOrEqualTo(older + 30);
        assertThat(topic.path("groups")).extracting(group -> group.path("reason").asText()).startsWith(reasons[0], reasons[1]);
        JsonNode many = topic.path("groups").path(0);
        assertThat(many.path("route").asText()).isEqualTo("some-route");
        assertThat(many.path("count").asInt()).isEqualTo(900);
        assertThat(many.path("newest")).extracting(deadLetter -> deadLetter.path("offset").asLong()).containsExactlyElementsOf(
                IntStream.range(0, 1030).map(i -> 1029 - i).filter(i -> i % 10 != 0).limit(20).mapToObj(offsets::get).toList());
        assertThat(many.path("newest")).allMatch(deadLetter -> deadLetter.path("key").asText().equals("key"))
                .allMatch(deadLetter -> deadLetter.path("partition").asInt() == 0);
        assertThat(topic.path("groups").path(1).path("count").asInt()).isEqualTo(100);
        assertThat(all.toString()).doesNotContain("LOGOUT");

        assertThat(list("?topic=user-events").path("topics")).hasSize(1);
    }

    @Test
    void b9ListsAndReplaysTheDeadLettersOfAnyTopicThatARouteReads() throws Exception {
        String name = "orders-" + mark();
        try (Groups groups = new Groups(brokers)) {
            groups.createTopic(name, 1);
            groups.createTopic(name + "-of-others.dlq", 1);
        }
        try (Topic foreign = new Topic(brokers, name + "-of-others.dlq")) {
            foreign.send(null, event());
        }
        JsonNode deadLetter;
        try (Topic orders = new Topic(brokers, name)) {
            try (Routes route = Routes.start(camel, name, """
                    - route:
                        id: %1$s
                        from:
                          uri: kamelet:user-events-source
                          parameters: {topic: %1$s}
                          steps:
                            - log: "read"
                    """.formatted(name))) {
                assertThat(topicsOf(list(""))).contains(name + ".dlq");
                try (Topic deadLetters = new Topic(brokers, name + ".dlq")) {
                    orders.send("key".getBytes(), "no JSON".getBytes());
                    ConsumerRecord<byte[], byte[]> first = deadLetters.await(record -> true);
                    assertThat(listed(first).path("key").asText()).isEqualTo("key");
                    assertThat(read(first).at("/origin/topic").asText()).isEqualTo(name);

                    assertThat(replay(one(first)).path("replayed").asInt()).isEqualTo(1);

                    deadLetter = read(deadLetters.await(record -> "1".equals(Topic.header(record, REPLAYS))));
                    assertThat(deadLetter.path("group").asText()).isEqualTo(name);
                }
            }

            assertThat(topicsOf(list(""))).as("after the route was removed").contains(name + ".dlq")
                    .doesNotContain(name + "-of-others.dlq");
            assertThat(read(name + ".dlq", deadLetter.path("partition").asInt(), deadLetter.path("offset").asLong())
                    .path("replayable").asBoolean()).isTrue();
            assertThat(replay("{\"topic\":\"%s\"}".formatted(name)).path("replayed").asInt()).isEqualTo(1);
            orders.await(record -> "2".equals(Topic.header(record, REPLAYS)));
            assertThat(post("{\"topic\":\"%s-of-others\"}".formatted(name)).statusCode()).isEqualTo(404);
        }
    }

    private static List<String> topicsOf(JsonNode list) {
        return list.path("topics").findValuesAsText("topic");
    }

    @Test
    void showsDetailsBeforeAndAfterReplay() {
        String mark = mark();
        byte[] key = {'k', (byte) 0xff};
        byte[] value = {(byte) 0xfe, 0, 1};
        RecordMetadata record = userEvents.send(2, null, key, value, "mark", mark, "twice", "1", "twice", "2", "null", null);
        ConsumerRecord<byte[], byte[]> deadLetter = deadLetter(mark, 0);

        JsonNode waiting = read(deadLetter);

        assertThat(waiting.path("topic").asText() + waiting.path("partition") + '@' + waiting.path("offset"))
                .isEqualTo("user-events.dlq" + deadLetter.partition() + '@' + deadLetter.offset());
        assertThat(waiting.path("origin").toString())
                .isEqualTo("{\"topic\":\"user-events\",\"partition\":2,\"offset\":%d}".formatted(record.offset()));
        assertThat(waiting.path("route").asText()).isEqualTo("log-user-events");
        assertThat(waiting.path("group").asText()).isEqualTo("log-user-events");
        assertThat(waiting.path("reason").asText()).isEqualTo(Topic.header(deadLetter, "dead-letter.message")).isNotBlank();
        assertThat(waiting.path("exception").asText()).isEqualTo("dev.tidewatch.outbox.UnreadableEventException");
        assertThat(Instant.parse(waiting.path("failedAt").asText())).isEqualTo(Topic.header(deadLetter, "dead-letter.time"));
        assertThat(Instant.parse(waiting.path("time").asText()).toEpochMilli()).isEqualTo(deadLetter.timestamp());
        assertThat(waiting.path("replays").asInt()).isZero();
        assertThat(waiting.path("maxReplays").asInt()).isEqualTo(3);
        assertThat(waiting.path("replayedAt").isNull() && waiting.path("replayable").asBoolean()).isTrue();
        assertThat(waiting.path("key").toString())
                .isEqualTo("{\"size\":2,\"base64\":\"a/8=\",\"text\":null,\"truncated\":false,\"masked\":false}");
        assertThat(waiting.path("value").path("base64").asText()).isEqualTo("/gAB");
        assertThat(waiting.path("headers")).extracting(header -> header.path("name").asText() + '=' + header.at("/value/text").asText())
                .startsWith("mark=" + mark, "twice=1", "twice=2", "null=").contains("dead-letter.route=log-user-events");
        assertThat(waiting.path("headers").path(3).path("value").isNull()).isTrue();
        assertThat(waiting.path("headerCount").asInt()).isEqualTo(12);

        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        replay(one(deadLetter));
        JsonNode replayed = read(deadLetter);
        assertThat(Instant.parse(replayed.path("replayedAt").asText())).isBetween(before, Instant.now());
        assertThat(replayed.path("replayable").asBoolean()).isFalse();
        JsonNode again = read(deadLetter(mark, 1));
        assertThat(again.path("replays").asInt()).isEqualTo(1);
        assertThat(again.path("replayable").asBoolean()).isTrue();
    }

    static Stream<Arguments> secrets() {
        return Stream.of(
                arguments("{\"password\": \"Marked-S\",\"a\" : 1.0}", "{\"password\": \"***\",\"a\" : 1.0}"),
                arguments("{\"access_token\":\"Marked-S\"", null),
                arguments("user=x&pass%77ord=Marked-S", null));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("secrets")
    void masksSecrets(String value, String shown) {
        byte[] bytes = value.getBytes();
        RecordMetadata deadLetter = userDeadLetters.send(0, null, bytes, bytes,
                "X-Api-Token", "Marked-S", "data", value, "dead-letter.replays", "3");

        HttpResponse<String> answer = api.get("/api/dead-letters/user-events/0/" + deadLetter.offset(), Api.bearer(token));

        JsonNode read = answer(answer, "DeadLetterDetails");
        for (JsonNode part : List.of(read.path("key"), read.path("value"), read.at("/headers/1/value"))) {
            assertThat(part.path("masked").asBoolean()).isTrue();
            assertThat(part.path("size").asInt()).isEqualTo(bytes.length);
            assertThat(part.path("text").textValue()).isEqualTo(shown);
            assertThat(part.path("base64").textValue())
                    .isEqualTo(shown == null ? null : Base64.getEncoder().encodeToString(shown.getBytes()));
        }
        assertThat(read.at("/headers/0/name").asText()).isEqualTo("X-Api-Token");
        assertThat(read.at("/headers/0/value/masked").asBoolean()).isTrue();
        assertThat(answer.body()).doesNotContain("Marked-S");
        assertThat(list("?topic=user-events").toString()).doesNotContain("Marked-S");
    }

    @Test
    void showsTombstoneAndTruncatesLargeDeadLetter() {
        RecordMetadata tombstone = changeDeadLetters.send(0, null, null, null,
                "dead-letter.replays", "3", "dead-letter.message", "y".repeat(5000));
        JsonNode nothing = read("tidb-cdc-events", tombstone);
        assertThat(nothing.path("reason").asText()).hasSize(1024);
        assertThat(nothing.path("key").isNull() && nothing.path("value").isNull()).isTrue();
        assertThat(nothing.path("route").isNull() && nothing.path("failedAt").isNull() && nothing.at("/origin/offset").isNull()).isTrue();
        assertThat(nothing.path("replayable").asBoolean()).as("replay limit reached").isFalse();

        String[] headers = IntStream.range(0, 240).mapToObj(i -> i == 1 ? "v".repeat(5000) : "h" + i).toArray(String[]::new);
        RecordMetadata large = changeDeadLetters.send(0, null, null, "x".repeat(1_000_000).getBytes(), headers);
        changeDeadLetters.send(0, null, null, change());
        JsonNode beginning = read("tidb-cdc-events.dlq", large);
        assertThat(beginning.at("/value/size").asInt()).isEqualTo(1_000_000);
        assertThat(beginning.at("/value/text").asText()).isEqualTo("x".repeat(65_536));
        assertThat(beginning.at("/value/truncated").asBoolean()).isTrue();
        assertThat(beginning.at("/headers/0/value/text").asText()).hasSize(4096);
        assertThat(beginning.path("headers")).hasSize(100);
        assertThat(beginning.path("headerCount").asInt()).isEqualTo(120);
    }

    @Test
    void answers404ForMissingDeadLetter() throws Exception {
        RecordMetadata gone = changeDeadLetters.send(2, null, null, change());
        RecordMetadata last = changeDeadLetters.send(2, null, null, change());
        assertThat(read("tidb-cdc-events", gone).path("offset").asLong()).isEqualTo(gone.offset());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.deleteRecords(Map.of(new TopicPartition(gone.topic(), 2), RecordsToDelete.beforeOffset(last.offset()))).all().get();
        }
        for (String path : List.of("tidb-cdc-events/2/" + gone.offset(), "tidb-cdc-events/2/" + (last.offset() + 1),
                "tidb-cdc-events/3/0", "tidb-cdc-events/2147483647/9007199254740991", "nothing/0/0", "a%20b/0/0",
                "__consumer_offsets/0/0")) {
            HttpResponse<String> response = api.get("/api/dead-letters/" + path, Api.bearer(token));
            assertThat(response.statusCode()).as(path + ' ' + response.body()).isEqualTo(404);
            assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        }
        assertThat(read("tidb-cdc-events", last).path("offset").asLong()).isEqualTo(last.offset());
    }

    @ParameterizedTest
    @ValueSource(strings = {"x/0 partition", "00/0 partition", "-1/0 partition", "2147483648/0 partition", "0/x offset",
                            "0/9007199254740992 offset", "0/1.5 offset", "0/99999999999999999999 offset"})
    void rejectsInvalidPartitionOrOffset(String pathAndField) {
        String path = pathAndField.split(" ")[0];
        String field = pathAndField.split(" ")[1];
        HttpResponse<String> response = api.get("/api/dead-letters/user-events/" + path, Api.bearer(token));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(api.body(response).at("/errors/0/field").asText()).isEqualTo(field);
    }

    @Test
    void deletesReplaysOfExpiredDeadLetters() throws Exception {
        database.update("INSERT INTO dead_letter_replays VALUES ('old.dlq', 0, 39, NOW(3) - INTERVAL 39 DAY)");
        database.update("INSERT INTO dead_letter_replays VALUES ('old.dlq', 0, 37, NOW(3) - INTERVAL 37 DAY)");

        camel.getRouteController().stopRoute("trim-replays");
        camel.getRouteController().startRoute("trim-replays");

        String kept = "SELECT `offset` FROM dead_letter_replays WHERE topic = 'old.dlq'";
        Awaitility.await().until(() -> database.queryForList(kept, Long.class).equals(List.of(37L)));
    }

    static Stream<Arguments> invalidRequests() {
        return Stream.of(
                arguments("{}", "topic"),
                arguments("{\"topic\":null}", "topic"),
                arguments("{\"topic\":\"a b\"}", "topic"),
                arguments("{\"topic\":\"user-events\\n\"}", "topic"),
                arguments("{\"topic\":\"user-events\",\"partition\":-1}", "partition"),
                arguments("{\"topic\":\"user-events\",\"partition\":\"0\"}", "partition"),
                arguments("{\"topic\":\"user-events\",\"partition\":2147483648}", "partition"),
                arguments("{\"topic\":\"user-events\",\"partition\":3}", "partition"),
                arguments("{\"topic\":\"user-events\",\"offsets\":[1]}", "partition"),
                arguments("{\"topic\":\"user-events\",\"partition\":0,\"offsets\":[]}", "offsets"),
                arguments("{\"topic\":\"user-events\",\"partition\":0,\"offsets\":[1,1]}", "offsets"),
                arguments("{\"topic\":\"user-events\",\"partition\":0,\"offsets\":[-1]}", "offsets[0]"),
                arguments("{\"topic\":\"user-events\",\"partition\":0,\"offsets\":[4000000]}", "offsets"),
                arguments("{\"topic\":\"user-events\",\"partition\":0,\"offsets\":[9999999999999999999]}", "offsets[0]"),
                arguments("{\"topic\":\"user-events\",\"limit\":0}", "limit"),
                arguments("{\"topic\":\"user-events\",\"limit\":10001}", "limit"),
                arguments("{\"topic\":\"user-events\",\"force\":true}", "force"),
                arguments("[]", ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("invalidRequests")
    void namesInvalidField(String body, String field) {
        HttpResponse<String> response = post(body);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(api.body(response).path("errors")).as(response.body()).extracting(error -> error.path("field").asText()).contains(field);
        assertThat(api.body(response).path("errors")).allSatisfy(error -> assertThat(error.path("detail").asText()).isNotBlank());
    }

    @ParameterizedTest
    @ValueSource(strings = {"?topic=", "?topic=a%20b", "?topic=user-events%0A", "?topic=user-events&topic=user-events"})
    void rejectsInvalidTopic(String query) {
        HttpResponse<String> response = api.get("/api/dead-letters" + query, Api.bearer(token));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(api.body(response).path("errors").path(0).path("field").asText()).isEqualTo("topic");
        assertThat(api.body(response).path("errors").path(0).path("detail").asText()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "outbox.dlq", "user-events.dlq.dlq", "__consumer_offsets"})
    void answers404ForUnknownTopic(String topic) {
        for (HttpResponse<String> response : List.of(
                post("{\"topic\":\"%s\"}".formatted(topic)), api.get("/api/dead-letters?topic=" + topic, Api.bearer(token)))) {
            assertThat(response.statusCode()).as(response.body()).isEqualTo(404);
            assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        }
    }

    @Test
    void requiresAccessToken() {
        for (HttpResponse<String> response : List.of(
                api.get("/api/dead-letters"), api.get("/api/dead-letters", Api.bearer("A".repeat(43))),
                api.get("/api/dead-letters/user-events/0/0"), api.get("/api/dead-letters/user-events/x/0", Api.bearer("A".repeat(43))),
                api.post("/api/dead-letters/replay", "{\"topic\":\"user-events\"}"),
                api.post("/api/dead-letters/replay", "{\"topic\":\"user-events\"}", Api.bearer("A".repeat(43))))) {
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.headers().firstValue("WWW-Authenticate").orElseThrow()).startsWith("Bearer realm=\"tidewatch\"");
        }
    }

    /** Replays the row changes of other tests until all that remain have reached the replay limit. */
    private JsonNode replayLeftovers() {
        AtomicReference<JsonNode> result = new AtomicReference<>();
        Awaitility.await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(30)).until(() -> {
            result.set(replay("{\"topic\":\"tidb-cdc-events\"}"));
            return result.get().path("replayed").asInt() == 0;
        });
        return result.get();
    }

    /** Takes the lock of a replay in the transaction of the caller. */
    private void lockTopic() {
        database.update("""
                INSERT INTO dead_letter_replays VALUES ('tidb-cdc-events.dlq', -1, -1, NOW(3))
                ON DUPLICATE KEY UPDATE replayed_at = VALUES(replayed_at)""");
    }

    /** The dead letter of a record that has been replayed so many times. */
    private ConsumerRecord<byte[], byte[]> deadLetter(String mark, int replays) {
        return userDeadLetters.await(record -> mark.equals(Topic.header(record, "mark"))
                && Objects.equals(Topic.header(record, REPLAYS), replays == 0 ? null : String.valueOf(replays)));
    }

    /** The list entry of a dead letter; null when it is not listed. */
    private JsonNode listed(ConsumerRecord<byte[], byte[]> deadLetter) {
        return list("?topic=" + deadLetter.topic()).findValues("newest").stream()
                .flatMap(newest -> StreamSupport.stream(newest.spliterator(), false))
                .filter(entry -> entry.path("partition").asInt() == deadLetter.partition()
                        && entry.path("offset").asLong() == deadLetter.offset())
                .findFirst().orElse(null);
    }

    private JsonNode list(String query) {
        return answer(api.get("/api/dead-letters" + query, Api.bearer(token)), "DeadLetters");
    }

    private JsonNode read(ConsumerRecord<byte[], byte[]> deadLetter) {
        return read(deadLetter.topic(), deadLetter.partition(), deadLetter.offset());
    }

    private JsonNode read(String topic, RecordMetadata deadLetter) {
        return read(topic, deadLetter.partition(), deadLetter.offset());
    }

    private JsonNode read(String topic, int partition, long offset) {
        // A header with the name of a path parameter must not replace it.
        return answer(api.get("/api/dead-letters/%s/%d/%d".formatted(topic, partition, offset),
                "Authorization", "Bearer " + token, "offset", "x"), "DeadLetterDetails");
    }

    private JsonNode replay(String body) {
        return answer(post(body), "ReplayResult");
    }

    private HttpResponse<String> post(String body) {
        return api.post("/api/dead-letters/replay", body, Api.bearer(token));
    }

    /** The body of a response, validated against the contract. */
    private JsonNode answer(HttpResponse<String> response, String schema) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode answer = api.body(response);
        try {
            JsonNode contract = new YAMLMapper().readTree(getClass().getResourceAsStream("/camel/http/openapi.yaml"));
            assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(SchemaLocation.of("urn:contract"), contract)
                    .getSubSchema(SchemaLocation.of("urn:contract#/components/schemas/" + schema).getFragment())
                    .validate(answer)).isEmpty();
        } catch (IOException e) {
            throw new AssertionError("Cannot read the contract", e);
        }
        return answer;
    }

    private static String one(ConsumerRecord<byte[], byte[]> deadLetter) {
        return "{\"topic\":\"%s\",\"partition\":%d,\"offsets\":[%d]}"
                .formatted(deadLetter.topic(), deadLetter.partition(), deadLetter.offset());
    }

    /** Writes dead letters with readable records, which do not fail again, and returns their "id" headers. */
    private static List<String> write(Topic deadLetters, int partition, int count) {
        List<String> ids = IntStream.range(0, count).mapToObj(i -> mark()).toList();
        ids.forEach(id -> deadLetters.send(partition, null, null, change(), "id", id, "dead-letter.partition", String.valueOf(partition)));
        return ids;
    }

    private static String mark() {
        return UUID.randomUUID().toString();
    }

    private static byte[] change() {
        return """
                {"id":0,"database":"demo","table":"readings","pkNames":["id"],"isDdl":false,"type":"INSERT","es":1786358942713,
                "ts":1786358944991,"sql":"","sqlType":{"id":4},"mysqlType":{"id":"int"},"old":null,"data":[{"id":"1"}]}""".getBytes();
    }

    private static byte[] event() {
        return """
                {"eventId":"%s","timestamp":"2026-01-01T10:30:00.123Z","action":"LOGOUT","userId":7,"username":"x","ipAddress":"127.0.0.1",\
                "userAgent":null,"reason":null}""".formatted(UUID.randomUUID()).getBytes();
    }
}

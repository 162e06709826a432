package dev.tidewatch.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class LiveBufferTest {

    private static final Pattern EVENT = Pattern.compile("id: (.*)\nevent: (.*)\ndata: (.*)\n\n");

    /** A record of one of two topics with two partitions each. */
    private record Written(int topic, int partition, long offset) {

        String name() {
            return topic + "/" + partition + "/" + offset;
        }
    }

    private record Seen(String id, String name, String data) {
    }

    private static LiveBuffer begun(int maxEvents, long maxBytes) {
        LiveBuffer buffer = new LiveBuffer(maxEvents, maxBytes);
        buffer.begin(0, "user", new long[] {0, 0}, new long[] {0, 0}, new long[] {0, 0});
        buffer.begin(1, "changes", new long[] {0, 0}, new long[] {0, 0}, new long[] {0, 0});
        return buffer;
    }

    private static void add(LiveBuffer buffer, Written record) {
        add(buffer, record.topic(), record.partition(), record.offset(), null, text(record.name()));
    }

    private static boolean add(LiveBuffer buffer, int topic, int partition, long offset, String eventId, byte[] text) {
        return buffer.add(topic, partition, offset, eventId, text.length, () -> text);
    }

    private static byte[] text(String data) {
        return ("event: user-event\ndata: " + data + "\n\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Runs a stream until the client has so many events; {@code whenReady} runs when the stream is ready. */
    private static List<Seen> see(LiveBuffer buffer, String lastEventId, int count, Runnable whenReady) {
        return see(buffer, lastEventId, 0, count, whenReady);
    }

    private static List<Seen> see(LiveBuffer buffer, String lastEventId, int recent, int count, Runnable whenReady) {
        List<Seen> seen = new ArrayList<>();
        new LiveStream(buffer, lastEventId, recent, text -> {
            Matcher events = EVENT.matcher(new String(text, StandardCharsets.US_ASCII));
            while (events.find()) {
                if (events.group(2).equals("ready") || events.group(2).equals("reset")) {
                    whenReady.run();
                }
                seen.add(new Seen(events.group(1), events.group(2), events.group(3)));
                if (seen.size() == count) {
                    throw new IOException("the client disconnects");
                }
            }
        }, () -> true, Duration.ofSeconds(20), Duration.ofSeconds(20)).run();
        return seen;
    }

    /** The same records in one of the orders in which an instance may read them. */
    private static List<Written> interleaved(Random random, int perPartition) {
        List<Deque<Written>> partitions = new ArrayList<>();
        for (int topic = 0; topic < 2; topic++) {
            for (int partition = 0; partition < 2; partition++) {
                Deque<Written> records = new ArrayDeque<>();
                for (long offset = 0; offset < perPartition; offset++) {
                    records.add(new Written(topic, partition, offset));
                }
                partitions.add(records);
            }
        }
        List<Written> all = new ArrayList<>();
        while (!partitions.isEmpty()) {
            Deque<Written> records = partitions.get(random.nextInt(partitions.size()));
            all.add(records.poll());
            partitions.removeIf(Deque::isEmpty);
        }
        return all;
    }

    @Test
    void aClientThatChangesInstancesSeesEveryEventOnce() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<String> names = new ArrayList<>();
            String id = null;
            // The first event of each stream is `ready`.
            while (names.size() < 40) {
                List<Written> records = interleaved(random, 10);
                LiveBuffer instance = begun(100, 100_000);
                // It may have read less than the previous instance.
                int read = id == null ? 0 : random.nextInt(41);
                records.subList(0, read).forEach(record -> add(instance, record));
                List<Seen> seen = see(instance, id, 1 + 1 + random.nextInt(40 - names.size()),
                        () -> records.subList(read, 40).forEach(record -> add(instance, record)));
                assertThat(seen.get(0).name()).isEqualTo("ready");
                seen.subList(1, seen.size()).forEach(event -> names.add(event.data()));
                id = seen.get(seen.size() - 1).id();
            }
            assertThat(names).as("seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(interleaved(random, 10).stream().map(Written::name).toList());
        }
    }

    @Test
    void resetsAClientWhoseEventsAreNoLongerHeld() {
        LiveBuffer buffer = begun(3, 100_000);
        List<Seen> before = see(buffer, null, 2, () -> add(buffer, new Written(0, 0, 0)));
        for (int offset = 1; offset < 4; offset++) {
            add(buffer, new Written(0, 0, offset));
        }
        assertThat(see(buffer, before.get(1).id(), 4, () -> { })).extracting(Seen::data).containsExactly("{}", "0/0/1", "0/0/2", "0/0/3");

        add(buffer, new Written(0, 0, 4));

        List<Seen> after = see(buffer, before.get(1).id(), 2, () -> add(buffer, new Written(1, 1, 0)));
        assertThat(after).extracting(Seen::name).containsExactly("reset", "user-event");
        assertThat(after.get(1).data()).isEqualTo("1/1/0");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 1000})
    void sendsRecentEventsFirst(int recent) {
        LiveBuffer buffer = begun(8, 100_000);
        IntStream.range(0, 6).forEach(offset -> add(buffer, new Written(1, 0, offset)));
        int held = Math.min(recent, 4);

        List<Seen> seen = see(buffer, null, recent, 2 + held, () -> add(buffer, new Written(0, 0, 0)));
        assertThat(seen).extracting(Seen::name).startsWith("ready");
        assertThat(seen.subList(1, seen.size())).extracting(Seen::data).containsExactlyElementsOf(
                Stream.concat(IntStream.range(6 - held, 6).mapToObj(offset -> "1/0/" + offset), Stream.of("0/0/0")).toList());
        assertThat(see(buffer, seen.get(0).id(), 2, () -> { }).get(1).data()).as("after its first id").isEqualTo(seen.get(1).data());
    }

    @Test
    void bug08ResetsAnOpenStreamWhenATopicIsRecreated() {
        LiveBuffer buffer = begun(10, 100_000);
        add(buffer, new Written(0, 1, 0));
        AtomicBoolean recreated = new AtomicBoolean();

        List<Seen> seen = see(buffer, null, 1, 5, () -> {
            if (recreated.compareAndSet(false, true)) {
                add(buffer, new Written(1, 1, 7));
                buffer.begin(0, "anew", new long[] {0}, new long[] {0}, new long[] {0});
                add(buffer, new Written(0, 0, 0));
                add(buffer, new Written(1, 1, 8));
            } else {
                add(buffer, new Written(0, 0, 1));
            }
        });

        assertThat(seen).extracting(event -> event.name().equals("user-event") ? event.data() : event.name())
                .containsExactly("ready", "reset", "0/0/0", "1/1/8", "0/0/1");
        assertThat(see(buffer, seen.get(2).id(), 2, () -> { })).as("after an id of the new topic")
                .extracting(Seen::name, Seen::data).containsExactly(tuple("ready", "{}"), tuple("user-event", "1/1/8"));
        assertThat(see(buffer, seen.get(0).id(), 1, () -> { })).as("after an id of the old topic")
                .extracting(Seen::name).containsExactly("reset");
    }

    @Test
    void limitsTheBytesHeld() {
        LiveBuffer buffer = begun(100, 1000);
        for (int offset = 0; offset < 20; offset++) {
            add(buffer, 0, 0, offset, null, new byte[350]);
        }
        assertThat(buffer.read(17, 0, 100, 100_000)).isNull();
        assertThat(buffer.read(18, 0, 100, 100_000)).extracting(LiveEvent::offset).containsExactly(18L, 19L);
        add(buffer, 0, 0, 20, null, new byte[2000]);
        assertThat(buffer.read(21, 0, 100, 100_000)).as("an event larger than the limit").isEmpty();
        assertThat(buffer.read(20, 0, 100, 100_000)).isNull();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "1", "user~0~0", "other~0~0.changes~0~0", "user~0~0.changes~0~0~0", "user~0~0.changes~0~0.more~0",
        "user~.changes~0~0", "user~0~!.changes~0~0", "user~zzzzzzzzzzzzz~0.changes~0~0"})
    void resetsAClientWithAnUnknownId(String id) {
        LiveBuffer buffer = begun(10, 100_000);
        add(buffer, new Written(0, 0, 0));
        List<Seen> seen = see(buffer, id, 2, () -> add(buffer, new Written(0, 0, 1)));

        assertThat(seen).extracting(Seen::name).containsExactly(id == null ? "ready" : "reset", "user-event");
        assertThat(seen).extracting(Seen::data).containsExactly("{}", "0/0/1");
        assertThat(seen).extracting(Seen::id).containsExactly("user~1~0.changes~0~0", "user~2~0.changes~0~0");
    }

    @Test
    void isReadyOnceThePastIsReadAndResumesFromIt() {
        LiveBuffer buffer = new LiveBuffer(10, 100_000);
        buffer.begin(0, "user", new long[] {5, 0}, new long[] {5, 0}, new long[] {7, 0});
        add(buffer, 0, 0, 5, null, text("old"));
        assertThat(buffer.start(null, 0)).isNull();
        buffer.begin(1, "changes", new long[] {0, 8}, new long[] {0, 8}, new long[] {0, 9});
        buffer.pass(1, 1, 8);
        assertThat(buffer.start(null, 0)).as("one record not yet read").isNull();
        add(buffer, 0, 0, 6, null, text("newer"));

        assertThat(see(buffer, null, 1, () -> { })).extracting(Seen::id).containsExactly("user~7~0.changes~0~9");
        assertThat(see(buffer, "user~6~0.changes~0~9", 2, () -> { })).extracting(Seen::data).containsExactly("{}", "newer");
        assertThat(see(buffer, "user~4~0.changes~0~9", 1, () -> { })).extracting(Seen::name).containsExactly("reset");
    }

    @Test
    void sendsDuplicatesOnce() {
        LiveBuffer buffer = begun(10, 100_000);
        add(buffer, 0, 0, 0, "a", text("a"));
        add(buffer, 0, 0, 0, "a", text("redelivered"));
        add(buffer, 0, 0, 1, "a", text("duplicate"));
        add(buffer, 0, 0, 2, "b", text("b"));

        assertThat(see(buffer, "user~0~0.changes~0~0", 3, () -> { })).extracting(Seen::data).containsExactly("{}", "a", "b");
    }

    @Test
    void disconnectsAClientThatFellBehind() {
        LiveBuffer buffer = begun(10, 100_000);
        int[] sent = new int[1];
        LiveStream.End end = new LiveStream(buffer, null, 0, text -> {
            // More events arrive during this write than the buffer holds.
            if (sent[0]++ == 1) {
                for (int offset = 0; offset < 11; offset++) {
                    add(buffer, new Written(0, 0, offset));
                }
            }
        }, () -> true, Duration.ofSeconds(20), Duration.ofSeconds(20)).run();

        assertThat(end).isEqualTo(LiveStream.End.BEHIND);
    }

    @Test
    void endingNeverMissesAWaitingStream() throws Exception {
        for (int i = 0; i < 200; i++) {
            CountDownLatch ready = new CountDownLatch(2);
            LiveStream stream = new LiveStream(begun(10, 100_000), null, 0, text -> ready.countDown(), () -> true, Duration.ofSeconds(20),
                    Duration.ofSeconds(20));
            CompletableFuture<LiveStream.End> end = CompletableFuture.supplyAsync(stream::run);
            ready.await();
            stream.end();
            assertThat(end.get()).isEqualTo(LiveStream.End.CLOSED);
        }
    }

    @Test
    void endsTheStreamWhenTheSessionEnds() {
        AtomicBoolean isOpen = new AtomicBoolean(true);
        LiveStream stream = new LiveStream(begun(10, 100_000), null, 0, text -> isOpen.set(false), isOpen::get, Duration.ofSeconds(20),
                Duration.ofMillis(1));

        assertThat(stream.run()).isEqualTo(LiveStream.End.CLOSED);
    }

    @Test
    void acceptsAddedPartitions() {
        LiveBuffer buffer = begun(10, 100_000);
        add(buffer, new Written(0, 1, 0));
        buffer.begin(0, "user", new long[] {0, 0, 0}, new long[] {0, 0, 0}, new long[] {0, 1, 0});
        assertThat(buffer.next(0, 1)).isEqualTo(1);
        assertThat(buffer.next(0, 2)).isZero();
        assertThat(see(buffer, "user~0~1.changes~0~0", 1, () -> { })).extracting(Seen::name).containsExactly("reset");
        assertThat(see(buffer, "user~0~0~0.changes~0~0", 2, () -> { })).extracting(Seen::data).containsExactly("{}", "0/1/0");
    }

    @Test
    void doesNotHoldRecordsReadForTheLastHourOnly() {
        LiveBuffer buffer = new LiveBuffer(10, 100_000);
        buffer.begin(0, "user", new long[] {2}, new long[] {5}, new long[] {7});
        buffer.begin(1, "changes", new long[] {0}, new long[] {0}, new long[] {0});
        assertThat(buffer.next(0, 0)).isEqualTo(2);
        for (int offset = 2; offset < 5; offset++) {
            assertThat(buffer.holds(0, 0, offset)).isFalse();
            assertThat(buffer.pass(0, 0, offset)).as("new").isTrue();
            assertThat(buffer.pass(0, 0, offset)).as("redelivered").isFalse();
        }
        assertThat(buffer.isReady()).isFalse();
        assertThat(buffer.holds(0, 0, 5)).isTrue();
        assertThat(add(buffer, 0, 0, 5, "a", text("a"))).as("new").isTrue();
        assertThat(add(buffer, 0, 0, 5, "a", text("redelivered"))).isFalse();
        assertThat(add(buffer, 0, 0, 6, "a", text("duplicate"))).isFalse();

        assertThat(see(buffer, "user~5.changes~0", 2, () -> { })).extracting(Seen::data).containsExactly("{}", "a");
        assertThat(see(buffer, "user~4.changes~0", 1, () -> { })).extracting(Seen::name).containsExactly("reset");
    }
}

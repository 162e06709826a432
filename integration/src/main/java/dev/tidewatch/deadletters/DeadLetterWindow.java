package dev.tidewatch.deadletters;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The letters that come next in a partition: as many as memory has room for. */
final class DeadLetterWindow {

    private static final int MOST_LETTERS = 500;
    private static final int MOST_BYTES = 8 * 1024 * 1024;

    private final Deque<ConsumerRecord<byte[], byte[]>> letters = new ArrayDeque<>();
    private int count;
    private long bytes;

    /** Takes a letter, also one that is larger than the room that is left, and tells whether it takes more. */
    boolean add(ConsumerRecord<byte[], byte[]> letter) {
        letters.add(letter);
        count++;
        bytes += Math.max(0, letter.serializedKeySize()) + Math.max(0, letter.serializedValueSize());
        return !isFull();
    }

    /** Whether it takes no more; then more may follow in the partition. */
    boolean isFull() {
        return count >= MOST_LETTERS || bytes >= MOST_BYTES;
    }

    /** Takes the letters out of windows, the oldest first and a partition's in its order, for as long as it is known which one is next. */
    static List<ConsumerRecord<byte[], byte[]>> oldestFirst(Collection<DeadLetterWindow> windows) {
        List<DeadLetterWindow> open = new ArrayList<>(windows);
        open.removeIf(window -> window.letters.isEmpty());
        List<ConsumerRecord<byte[], byte[]>> taken = new ArrayList<>();
        while (!open.isEmpty()) {
            DeadLetterWindow oldest = open.stream().min(Comparator.comparing(window -> window.letters.element().timestamp())).orElseThrow();
            taken.add(oldest.letters.remove());
            if (oldest.letters.isEmpty()) {
                if (oldest.isFull()) {
                    // What follows in its partition may be older than what is left of the others.
                    return taken;
                }
                open.remove(oldest);
            }
        }
        return taken;
    }
}

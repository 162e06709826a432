package dev.tidewatch.deadletters;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The next dead letters of a partition, limited to what fits into memory. */
final class DeadLetterWindow {

    private static final int MAX_COUNT = 500;
    private static final int MAX_BYTES = 8 * 1024 * 1024;

    private final Deque<ConsumerRecord<byte[], byte[]>> deadLetters = new ArrayDeque<>();
    private int count;
    private long bytes;

    /** Adds a dead letter, even beyond the limit, and returns whether there is room for another. */
    boolean add(ConsumerRecord<byte[], byte[]> deadLetter) {
        deadLetters.add(deadLetter);
        count++;
        bytes += Math.max(0, deadLetter.serializedKeySize()) + Math.max(0, deadLetter.serializedValueSize());
        return !isFull();
    }

    /** Whether there is no more room; then the partition may hold more. */
    boolean isFull() {
        return count >= MAX_COUNT || bytes >= MAX_BYTES;
    }

    /** Removes the dead letters of all windows, oldest first and in partition order, for as long as the next one is certain. */
    static List<ConsumerRecord<byte[], byte[]>> oldestFirst(Collection<DeadLetterWindow> windows) {
        List<DeadLetterWindow> open = new ArrayList<>(windows);
        open.removeIf(window -> window.deadLetters.isEmpty());
        List<ConsumerRecord<byte[], byte[]>> taken = new ArrayList<>();
        while (!open.isEmpty()) {
            DeadLetterWindow oldest = open.stream()
                    .min(Comparator.comparing(window -> window.deadLetters.element().timestamp())).orElseThrow();
            taken.add(oldest.deadLetters.remove());
            if (oldest.deadLetters.isEmpty()) {
                if (oldest.isFull()) {
                    // The rest of its partition may be older than the rest of the others.
                    return taken;
                }
                open.remove(oldest);
            }
        }
        return taken;
    }
}

package dev.tidewatch.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Predicate;

/** What this process uses. */
final class Usage {

    private Usage() {
    }

    /** The processor time so far of the living threads with such names. */
    static double processorSeconds(Predicate<String> threadName) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds())).filter(Objects::nonNull)
                .filter(thread -> threadName.test(thread.getThreadName()))
                .mapToLong(thread -> Math.max(0, threads.getThreadCpuTime(thread.getThreadId()))).sum() / 1e9;
    }

    /** The heap in use after a garbage collection. */
    static double heapMegabytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1e6;
    }
}

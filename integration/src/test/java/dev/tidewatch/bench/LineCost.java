package dev.tidewatch.bench;

import com.sun.management.ThreadMXBean;
import dev.tidewatch.audit.LogLines;
import dev.tidewatch.audit.LogProperties;
import dev.tidewatch.changes.CanalJsonDecoder;
import dev.tidewatch.changes.ColumnMask;
import dev.tidewatch.consumer.RecordDecoder;
import dev.tidewatch.kafka.RecordOrigin;
import dev.tidewatch.outbox.UserEventDecoder;
import dev.tidewatch.support.AuditLines;
import dev.tidewatch.support.CapturedLog;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.slf4j.MDC;
import org.springframework.http.converter.json.Jackson2ObjectMapperBuilder;

/**
 * Prints to stderr the processor time and the allocated bytes of one thread for each record, from its bytes to its line on stdout: the
 * lines of 2,000 records together, and single ones.
 */
final class LineCost {

    private static final int RECORDS = 20_000;
    private static final int POLL = 2_000;
    private static final int ROUNDS = 15;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final LogLines lines = new LogLines(new ColumnMask(), new LogProperties(false));

    private LineCost() {
    }

    public static void main(String[] arguments) throws Exception {
        CapturedLog.open().close();
        MDC.put("camel.routeId", "log-user-events");
        LineCost cost = new LineCost();
        UserEventDecoder userEvents = new UserEventDecoder(Jackson2ObjectMapperBuilder.json().build());
        CanalJsonDecoder changes = new CanalJsonDecoder();
        for (int size : List.of(POLL, 1)) {
            cost.measure("user event", size, ConsumerThroughput::userEvent, userEvents);
            cost.measure("row change", size, ConsumerThroughput::rowChange, changes::decode);
        }
    }

    private void measure(String what, int size, IntFunction<String> message, RecordDecoder decoder) throws Exception {
        List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < POLL; i++) {
            values.add(message.apply(i).getBytes(StandardCharsets.UTF_8));
        }
        double[] nanos = new double[ROUNDS];
        double bytes = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            long start = threads.getCurrentThreadCpuTime();
            for (int first = 0; first < RECORDS; first += size) {
                List<Object> events = new ArrayList<>(size);
                List<RecordOrigin> origins = new ArrayList<>(size);
                for (int i = first; i < first + size; i++) {
                    events.add(decoder.decode(values.get(i % POLL)));
                    origins.add(new RecordOrigin("topic", 0, i));
                }
                AuditLines.write(lines, events, origins);
            }
            nanos[round] = (threads.getCurrentThreadCpuTime() - start) / (double) RECORDS;
            bytes = (threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - allocated) / (double) RECORDS;
        }
        double cold = nanos[0];
        Arrays.sort(nanos);
        System.err.printf("%s, %d together: %.0f ns and %.0f bytes per record; %.0f ns in the first %d%n",
                what, size, nanos[0], bytes, cold, RECORDS);
    }
}

package dev.tidewatch.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.changes.CanalJsonDecoder;
import dev.tidewatch.changes.RowChange;
import dev.tidewatch.changes.Watermark;
import java.time.Instant;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangeDecoderTest {

    private static final long NOW = Instant.parse("2026-11-29T12:00:00Z").toEpochMilli();
    private static final Consumer<byte[], byte[]> CONSUMER = new MockConsumer<>("earliest");
    private static final TopicPartition PARTITION = new TopicPartition("changes", 0);
    private static final ColumnGuard NO_COLUMNS = new ColumnGuard() {
        @Override
        public RowChange withoutExcluded(RowChange change) {
            return change;
        }

        @Override
        public byte[] withoutExcluded(byte[] value) {
            return value;
        }
    };

    private final ChangeDecoder decoder = new ChangeDecoder(new CanalJsonDecoder(), NO_COLUMNS);

    @ParameterizedTest
    @CsvSource({
        "2026-11-29T12:00:00Z, true",
        "2026-11-29T12:10:00Z, true",
        "2020-01-01T00:00:00Z, true",
        "2026-11-29T12:10:01Z, false",
        "2099-12-31T00:00:00Z, false",
        "3084-01-01T00:00:00Z, false",
    })
    void bug02AppliesNoWatermarkOfTheFuture(Instant time, boolean applied) {
        // The largest TSO is in the year 3084.
        long ts = time.getEpochSecond() > 35_000_000_000L ? Long.MAX_VALUE : time.toEpochMilli() << 18;
        PolledPartition partition = PolledRecords.partition(CONSUMER, PARTITION, PolledRecords.record(PARTITION, 7, NOW, null, """
                {"id":0,"database":"","table":"","pkNames":null,"isDdl":false,"type":"TIDB_WATERMARK","es":1786358942713,"ts":1,"sql":"",
                "sqlType":null,"mysqlType":null,"data":null,"old":null,"_tidb":{"watermarkTs":%d}}""".formatted(ts), new RecordHeaders()));

        decoder.decodeAll(PolledRecords.poll(CONSUMER, partition));

        assertThat(partition.records().get(0).event() instanceof Watermark).isEqualTo(applied);
        assertThat(partition.records().get(0).unreadable()).isNull();
        assertThat(partition.records().get(0).isRefused()).isEqualTo(!applied);
        assertThat(partition.pending()).hasSize(applied ? 1 : 0);
    }
}

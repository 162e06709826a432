package dev.tidewatch.consumer;

import dev.tidewatch.changes.CanalJsonDecoder;
import dev.tidewatch.changes.ChangeMessage;
import dev.tidewatch.changes.RowChange;
import dev.tidewatch.changes.UnreadableChangeException;
import dev.tidewatch.changes.Watermark;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** Decodes the records of the change topic, removes excluded columns from events and values, and refuses watermarks of the future. */
@Component("changeDecoder")
public class ChangeDecoder implements RecordDecoder {

    private final CanalJsonDecoder decoder;
    private final ColumnGuard guard;

    ChangeDecoder(CanalJsonDecoder decoder, ColumnGuard guard) {
        this.decoder = decoder;
        this.guard = guard;
    }

    @Override
    public ChangeMessage decode(byte[] value) throws UnreadableChangeException {
        return decoder.decode(value);
    }

    @Override
    public void decodeAll(@Variable("poll") Poll poll) {
        RecordDecoder.super.decodeAll(poll);
        for (ConsumedRecord record : poll.records()) {
            if (record.event() instanceof RowChange change) {
                RowChange rest = guard.withoutExcluded(change);
                if (rest != change) {
                    record.setEvent(rest);
                    strip(record);
                }
            } else if (record.event() instanceof Watermark watermark && Watermark.isAhead(watermark.watermarkTs(), record.timestamp())) {
                record.refuse();
            } else if (record.unreadable() != null && record.value() != null) {
                strip(record);
                if (record.isValueWithheld()) {
                    record.setUnreadable(new UnreadableChangeException(record.unreadable().getMessage()
                            + "; the dead letter has no value, because the value may hold a column that changefeed.yaml excludes",
                            record.unreadable()));
                }
            }
        }
    }

    private void strip(ConsumedRecord record) {
        byte[] rest = guard.withoutExcluded(record.value());
        if (rest == null) {
            record.withholdValue();
        } else {
            record.setValue(rest);
        }
    }
}

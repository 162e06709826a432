package dev.tidewatch.consumer;

import org.apache.camel.Variable;

/** Reads what the records of a topic hold. */
public interface RecordDecoder {

    /**
     * Reads the value of one record.
     *
     * @param value the bytes as Kafka delivered them; null for a record without a value
     * @return what it says; never null
     * @throws Exception when it cannot be read; its message says why and holds nothing of the value
     */
    Object decode(byte[] value) throws Exception;

    /** Reads every record of a poll; what cannot be read is noted at its record. */
    default void decodeAll(@Variable("poll") Poll poll) {
        for (ConsumedRecord record : poll.records()) {
            if (record.event() == null && record.unreadable() == null) {
                try {
                    record.setEvent(decode(record.value()));
                } catch (Exception e) {
                    record.setUnreadable(e);
                }
            }
        }
    }
}

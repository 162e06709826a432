package dev.tidewatch.consumer;

import org.apache.camel.Variable;

/** Decodes the records of a topic. */
public interface RecordDecoder {

    /**
     * Decodes the value of one record.
     *
     * @param value the bytes as Kafka delivered them; null for a record without a value
     * @return an event or a watermark; never null
     * @throws Exception when the value is unreadable; the message gives the reason without any data
     */
    Object decode(byte[] value) throws Exception;

    /** Decodes all records of a poll, and marks the unreadable ones. */
    default void decodeAll(@Variable("poll") Poll poll) {
        for (ConsumedRecord record : poll.records()) {
            try {
                record.setEvent(decode(record.value()));
            } catch (Exception e) {
                record.setUnreadable(e);
            }
        }
    }
}

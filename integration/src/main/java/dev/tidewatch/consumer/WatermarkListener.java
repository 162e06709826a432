package dev.tidewatch.consumer;

import dev.tidewatch.changes.Watermark;
import dev.tidewatch.kafka.RecordOrigin;

/** Learns the watermarks of the change topic. Called by the threads of the consumers. */
public interface WatermarkListener {

    void advance(Watermark watermark, RecordOrigin origin);
}

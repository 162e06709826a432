package dev.tidewatch.consumer;

import dev.tidewatch.changes.CanalJsonDecoder;
import dev.tidewatch.changes.ChangeMessage;
import dev.tidewatch.changes.UnreadableChangeException;
import org.springframework.stereotype.Component;

/** Decodes the records of the change topic. */
@Component("changeDecoder")
public class ChangeDecoder implements RecordDecoder {

    private final CanalJsonDecoder decoder;

    ChangeDecoder(CanalJsonDecoder decoder) {
        this.decoder = decoder;
    }

    @Override
    public ChangeMessage decode(byte[] value) throws UnreadableChangeException {
        return decoder.decode(value);
    }
}

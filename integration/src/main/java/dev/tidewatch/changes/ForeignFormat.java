package dev.tidewatch.changes;

import java.nio.ByteBuffer;
import java.util.Set;

/**
 * The other formats that a changefeed can be configured to send. They mean that the changefeed is misconfigured, so the error says what to
 * set. Recognised by the value alone.
 */
enum ForeignFormat {

    OPEN_PROTOCOL("TiCDC open protocol, not canal-json: set protocol=canal-json in the sink URI"),
    SIMPLE_PROTOCOL("TiCDC simple protocol, not canal-json: set protocol=canal-json in the sink URI"),
    AVRO("Avro with a schema id, not canal-json: set protocol=canal-json in the sink URI"),
    DEBEZIUM("Debezium JSON, not canal-json: set protocol=canal-json in the sink URI"),
    LZ4("lz4-compressed value: remove large-message-handle-compression; to compress batches, set compression=lz4 in the sink URI"),
    SNAPPY("snappy-compressed value: remove large-message-handle-compression; to compress batches, set compression=snappy in the sink URI"),
    GZIP("gzip-compressed value: send values uncompressed; to compress batches, set compression=gzip in the sink URI"),
    ZSTD("zstd-compressed value: send values uncompressed; to compress batches, set compression=zstd in the sink URI");

    private static final int LZ4_FRAME = 0x04224D18;
    private static final int ZSTD_FRAME = 0x28B52FFD;
    private static final int GZIP_MEMBER = 0x1F8B;
    private static final int AVRO_HEADER = 5;

    private final String message;

    ForeignFormat(String message) {
        this.message = message;
    }

    UnreadableChangeException asException() {
        return new UnreadableChangeException(message);
    }

    /** The format of a value that does not begin with a brace, or null. The value must not be empty. */
    static ForeignFormat ofBytes(byte[] value) {
        ByteBuffer bytes = ByteBuffer.wrap(value);
        if (value[0] == 0) {
            if (isOpenProtocol(bytes)) {
                return OPEN_PROTOCOL;
            }
            return value.length >= AVRO_HEADER ? AVRO : null;
        }
        if (value.length > Integer.BYTES) {
            switch (bytes.getInt(0)) {
                case LZ4_FRAME:
                    return LZ4;
                case ZSTD_FRAME:
                    return ZSTD;
                default:
            }
            if ((bytes.getShort(0) & 0xFFFF) == GZIP_MEMBER) {
                return GZIP;
            }
        }
        return isSnappy(value) ? SNAPPY : null;
    }

    /**
     * The format of a JSON object without the field {@code isDdl}, or null.
     *
     * @param names its fields that canal-json does not have
     */
    static ForeignFormat ofFields(Set<String> names, boolean hasType) {
        if (names.contains("payload") || names.contains("op") && names.contains("source")) {
            return DEBEZIUM;
        }
        if (names.contains("version") && (names.contains("commitTs") || names.contains("buildTs"))) {
            return SIMPLE_PROTOCOL;
        }
        if (!hasType && (names.contains("u") || names.contains("d") || names.contains("q") && names.contains("t"))) {
            return OPEN_PROTOCOL;
        }
        return null;
    }

    /** Whether the value consists of frames: an eight-byte length and as many bytes. With Avro's schema id the length does not fit. */
    private static boolean isOpenProtocol(ByteBuffer bytes) {
        int position = 0;
        while (bytes.limit() - position >= Long.BYTES) {
            long length = bytes.getLong(position);
            position += Long.BYTES;
            if (length < 0 || length > bytes.limit() - position) {
                return false;
            }
            position += (int) length;
        }
        return position == bytes.limit();
    }

    /** A snappy block has no magic number, only a length and a tag; here the literal after them must begin with a brace. */
    private static boolean isSnappy(byte[] value) {
        int i = 0;
        while (i < Integer.BYTES && i < value.length && value[i] < 0) {
            i++;
        }
        int tag = i + 1;
        if (i == 0 || tag >= value.length || (value[tag] & 3) != 0) {
            return false;
        }
        int lengthBytes = Math.max(0, ((value[tag] & 0xFF) >> 2) - 59);
        int literal = tag + 1 + lengthBytes;
        return literal < value.length && value[literal] == '{';
    }
}

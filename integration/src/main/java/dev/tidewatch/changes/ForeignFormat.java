package dev.tidewatch.changes;

import java.nio.ByteBuffer;
import java.util.Set;

/**
 * The other formats that a changefeed can be set to. A topic full of them is a changefeed set wrongly, so the error says what
 * to set. Told apart by the value alone: the Kafka key of canal-json carries nothing.
 */
enum ForeignFormat {

    OPEN_PROTOCOL("TiCDC open protocol, not canal-json: set protocol=canal-json"),
    SIMPLE_PROTOCOL("TiCDC simple protocol, not canal-json: set protocol=canal-json"),
    AVRO("Avro with a schema id, not canal-json: set protocol=canal-json"),
    DEBEZIUM("Debezium JSON, not canal-json: set protocol=canal-json"),
    LZ4("lz4-compressed value: remove large-message-handle-compression and let compression=lz4 in the sink URI pack batches"),
    SNAPPY("snappy-compressed value: remove large-message-handle-compression and let compression=snappy in the sink URI pack"
            + " batches"),
    GZIP("gzip-compressed value: send it plain and let compression=gzip in the sink URI pack batches"),
    ZSTD("zstd-compressed value: send it plain and let compression=zstd in the sink URI pack batches");

    private static final int LZ4_FRAME = 0x04224D18;
    private static final int ZSTD_FRAME = 0x28B52FFD;
    private static final int GZIP_MEMBER = 0x1F8B;
    private static final int AVRO_HEADER = 5;

    private final String sentence;

    ForeignFormat(String sentence) {
        this.sentence = sentence;
    }

    UnreadableChangeException asException() {
        return new UnreadableChangeException(sentence);
    }

    /** The format of a value that does not begin as JSON, or null. The value is not empty. */
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

    /** Frames of an eight-byte length and as many bytes, and nothing else. Avro's schema id makes the length absurd. */
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

    /** A snappy block has no magic number: the plain length, then the tag of a literal, which here begins with a brace. */
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

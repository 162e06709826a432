package dev.tidewatch.deadletters;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * The contract's schema {@code RecordBytes}: masked bytes of a dead letter.
 *
 * @param size      the original number of bytes
 * @param base64    the bytes shown; null when all are hidden
 * @param text      the bytes shown as text; null when they are not UTF-8
 * @param truncated whether more bytes follow
 * @param masked    whether secrets are masked or hidden
 */
public record ShownBytes(int size, String base64, String text, boolean truncated, boolean masked) {

    /** Bytes that the dead letter lacks. */
    static ShownBytes omitted(int size) {
        return new ShownBytes(size, "", "", true, false);
    }

    /** Hidden bytes: only their size is shown. */
    static ShownBytes hidden(int size) {
        return new ShownBytes(size, null, null, false, true);
    }

    /**
     * The beginning of some bytes. Text is cut between characters.
     *
     * @param size  the number of bytes before masking
     * @param shown the bytes after masking
     * @param most  how many bytes to show at most
     */
    static ShownBytes of(int size, byte[] shown, boolean masked, int most) {
        boolean isText = text(shown) != null;
        int end = Math.min(shown.length, most);
        while (isText && end < shown.length && (shown[end] & 0xC0) == 0x80) {
            end--;
        }
        byte[] beginning = Arrays.copyOf(shown, end);
        return new ShownBytes(size, Base64.getEncoder().encodeToString(beginning), isText ? text(beginning) : null,
                end < shown.length, masked);
    }

    /** Bytes as text; null when they are not UTF-8. */
    static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}

package dev.tidewatch.deadletters;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * The contract's schema {@code RecordBytes}: bytes of a record, as far as they may be shown.
 *
 * @param size      how many bytes the letter has
 * @param base64    those that are shown; null when none may be
 * @param text      the same as text; null when the bytes are not UTF-8
 * @param truncated whether more follow that are not shown
 * @param masked    whether something secret is left out
 */
public record ShownBytes(int size, String base64, String text, boolean truncated, boolean masked) {

    /** Bytes of which only the size is known. */
    static ShownBytes hidden(int size) {
        return new ShownBytes(size, null, null, false, true);
    }

    /**
     * The beginning of some bytes; of text no character is cut in two.
     *
     * @param size  how many bytes there were before secrets were replaced
     * @param shown what is left of them
     * @param most  so many are shown
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

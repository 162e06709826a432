package dev.tidewatch.deadletters;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidewatch.changes.ColumnMask;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * Masks secrets in the bytes of a dead letter, which may hold anything. In JSON, {@code "***"} replaces the value of each secret name, and
 * each string that contains a secret word and is more than a name, such as nested JSON, a statement or a URL; all other characters are
 * unchanged. Other content that contains a secret word is hidden completely.
 */
@Component
final class DeadLetterMask {

    private static final String MASKED = "\"***\"";
    /** Does not cache field names, because the input is untrusted. */
    private static final JsonFactory JSON = JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();
    private static final List<Charset> CHARSETS = List.of(StandardCharsets.UTF_8, StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16BE,
            StandardCharsets.UTF_16LE);
    /** An escaped character in JSON, nested JSON, source code or a URL. */
    private static final Pattern ESCAPE = Pattern.compile("\\\\+u([0-9A-Fa-f]{4})|(?:\\\\+x|%)([0-9A-Fa-f]{2})");
    private static final int MAX_ESCAPE_DEPTH = 4;
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_$.-]*");

    private final ColumnMask secrets;

    DeadLetterMask(ColumnMask secrets) {
        this.secrets = secrets;
    }

    /**
     * Masks the bytes of a key, a value or a header.
     *
     * @param bytes null for none
     * @param most  how many bytes to show at most
     * @return null for null
     */
    ShownBytes show(byte[] bytes, int most) {
        if (bytes == null) {
            return null;
        }
        if (CHARSETS.stream().noneMatch(charset -> isSecret(new String(bytes, charset)))) {
            return ShownBytes.of(bytes.length, bytes, false, most);
        }
        String text = ShownBytes.text(bytes);
        String masked = text == null ? null : maskJson(text);
        return masked == null
                ? ShownBytes.hidden(bytes.length)
                : ShownBytes.of(bytes.length, masked.getBytes(StandardCharsets.UTF_8), !masked.equals(text), most);
    }

    /** Masks the value of a header; hides it completely when the name is secret. */
    ShownBytes showHeader(String name, byte[] value, int most) {
        return value != null && isSecret(name) ? ShownBytes.hidden(value.length) : show(value, most);
    }

    /** Masks the name of a header, unless it is a plain name. */
    String showName(String name) {
        return isSecret(name) && !NAME.matcher(name).matches() ? "***" : name;
    }

    /** Masks JSON; null when the text is not JSON. */
    private String maskJson(String json) {
        StringBuilder masked = new StringBuilder(json.length());
        int copied = 0;
        try (JsonParser parser = JSON.createParser(json)) {
            boolean secret = false;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    secret = isSecret(parser.currentName());
                    continue;
                }
                if (secret || token == JsonToken.VALUE_STRING && isSecretText(parser.getText())) {
                    int start = (int) parser.currentTokenLocation().getCharOffset();
                    parser.skipChildren();
                    parser.finishToken();
                    masked.append(json, copied, start).append(MASKED);
                    copied = (int) parser.currentLocation().getCharOffset();
                }
                secret = false;
            }
        } catch (IOException e) {
            return null;
        }
        return masked.append(json, copied, json.length()).toString();
    }

    private boolean isSecretText(String text) {
        return isSecret(text) && !NAME.matcher(text).matches();
    }

    /** Whether a text contains a secret word, also escaped, or with a zero byte next to each character as in UTF-16. */
    private boolean isSecret(String text) {
        String plain = text.replace("\0", "");
        for (int i = 0; i < MAX_ESCAPE_DEPTH && ESCAPE.matcher(plain).find(); i++) {
            if (secrets.isSecret(plain)) {
                return true;
            }
            plain = ESCAPE.matcher(plain).replaceAll(DeadLetterMask::character);
        }
        return secrets.isSecret(plain);
    }

    private static String character(MatchResult escape) {
        String digits = escape.group(1) == null ? escape.group(2) : escape.group(1);
        return Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(digits, 16)));
    }
}

package dev.tidewatch.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import java.util.HexFormat;
import net.logstash.logback.decorate.JsonFactoryDecorator;

/**
 * Escapes invisible characters in log lines: control characters, line and paragraph separators, and format characters such as bidirectional
 * controls. In a terminal they colour, hide or reorder text, and some readers of lines split at them. JSON itself requires only the escapes
 * up to U+001F. Public, because Logback instantiates it by name.
 */
public class EscapedLines implements JsonFactoryDecorator {

    @Override
    public JsonFactory decorate(JsonFactory factory) {
        return factory.setCharacterEscapes(new InvisibleCharacters());
    }

    /** Jackson asks for characters beyond ASCII only; lines without them cost nothing more. */
    private static final class InvisibleCharacters extends CharacterEscapes {

        private static final char DELETE = 0x7F;

        private final int[] ascii = standardAsciiEscapesForJSON();

        InvisibleCharacters() {
            ascii[DELETE] = ESCAPE_STANDARD;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii;
        }

        @Override
        public SerializableString getEscapeSequence(int character) {
            return switch (Character.getType(character)) {
                case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                    new SerializedString("\\u" + HexFormat.of().toHexDigits((char) character));
                default -> null;
            };
        }
    }
}

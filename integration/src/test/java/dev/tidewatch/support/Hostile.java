package dev.tidewatch.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Inputs that break JSON parsers: deep, long, huge, truncated and almost valid ones. */
public final class Hostile {

    private static final int LONGEST = 50_000;
    private static final List<Charset> OTHER_CHARSETS = List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE,
            StandardCharsets.UTF_16, Charset.forName("UTF-32BE"), StandardCharsets.ISO_8859_1);
    /** Overlong, surrogate, beyond Unicode, truncated sequence, not UTF-8. */
    private static final List<byte[]> NOT_UTF_8 = List.of(new byte[] {(byte) 0xC0, (byte) 0x80},
            new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, new byte[] {(byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80},
            new byte[] {(byte) 0xE2, (byte) 0x82}, new byte[] {(byte) 0xFF}, new byte[] {0});

    private Hostile() {
    }

    /** Messages, as bytes, in which some fields at any depth are replaced by a {@link #value()}. */
    public static Arbitrary<byte[]> variantsOf(List<JsonNode> messages) {
        Arbitrary<String> texts = Combinators.combine(Arbitraries.of(messages), value().list().ofMinSize(1)
                .ofMaxSize(3), Arbitraries.randoms())
                .as((message, values, random) -> replace(message.deepCopy(), values, random));
        return bytes(Arbitraries.oneOf(texts, texts, texts, value()));
    }

    /** A text in the position of a JSON value. */
    static Arbitrary<String> value() {
        return Arbitraries.lazyOf(Hostile::number, Hostile::text, Hostile::nested, Hostile::word, Hostile::object, Hostile::array);
    }

    private static Arbitrary<Integer> length() {
        return Arbitraries.oneOf(Arbitraries.integers().between(0, 20), Arbitraries.integers().between(0, 1_500),
                Arbitraries.integers().between(0, LONGEST));
    }

    private static Arbitrary<String> number() {
        return Arbitraries.oneOf(
                Arbitraries.of("1e999999999", "-1e-999999999", "1E+2147483648", "1e99999999999999999999", "-0", "-0.0e-0",
                        "9223372036854775808",
                        "-9223372036854775809", "18446744073709551616", "253402300800000", "1.0", "1e400", "4.9e-324", "1e-400", "0.1e1",
                        "01", "+1",
                        ".5", "5.", "1e", "0x1", "NaN", "-Infinity", "1_0", "1e1.5"),
                length().map("9"::repeat),
                length().map(zeros -> "0." + "0".repeat(zeros) + "1"),
                length().map(digits -> "1" + "0".repeat(digits) + "e-" + digits),
                Combinators.combine(length(), Arbitraries.integers())
                        .as((digits, exponent) -> "-1." + "7".repeat(digits) + "e" + exponent));
    }

    private static Arbitrary<String> text() {
        Arbitrary<String> inside = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(40),
                Arbitraries.of("\\ud800", "\\udc00\\ud800", "\ud83d", "\\u0000", "\\u00", "\\x41", "\\", "\n", "\u0000", "\u2028",
                        "\\ud83d\\ude00",
                        "TIDB_WATERMARK", "INSERT", "LOGOUT", "json", "varbinary(9)", "2026-01-01T00:00:00Z", "+1000000000-12-31T23:59:59Z",
                        "2026-01-01T00:00:00.99999999999Z", "1e999999999", "[[[[", "{\\\"a\\\":1e999999999}"),
                length().map("a"::repeat),
                length().map("\\ud800"::repeat),
                length().map("\u00ff\u20ac"::repeat),
                // a text that is JSON, in a column of the type json
                length().map("["::repeat),
                number());
        return inside.map(text -> '"' + text + '"');
    }

    private static Arbitrary<String> nested() {
        return Combinators.combine(length(), Arbitraries.of("[]", "{\"a\":}", "[{\"a\":]"), Arbitraries.integers().between(0, 2))
                .as((depth, brackets, left) -> {
                    String open = brackets.substring(0, brackets.length() - 1);
                    String close = brackets.startsWith("[{") ? "}]" : brackets.substring(brackets.length() - 1);
                    return open.repeat(depth) + "1" + close.repeat(Math.max(0, depth - left));
                });
    }

    private static Arbitrary<String> word() {
        return Arbitraries.of("null", "true", "false", "nul", "", " ", "/* */1", "1//", "'a'", "undefined", "{", "}", "]", ",", ":", "1,",
                "{}{}", "\ufeff1");
    }

    private static Arbitrary<String> array() {
        return Arbitraries.oneOf(
                value().list().ofMaxSize(3).map(values -> values.stream().collect(Collectors.joining(",", "[", "]"))),
                length().map(size -> "[" + "1,".repeat(size) + "{}]"),
                length().map(size -> "[" + "{},".repeat(size) + "null]"));
    }

    private static Arbitrary<String> object() {
        Arbitrary<String> names = Arbitraries.oneOf(Arbitraries.of("\"a\"", "\"type\"", "\"id\"", "\"\"", "a", "\"@class\"",
                "\"\\u0061\""), text());
        return Arbitraries.oneOf(
                Combinators.combine(names, value()).as((name, value) -> name + ":" + value).list().ofMaxSize(4)
                        .map(fields -> fields.stream().collect(Collectors.joining(",", "{", "}"))),
                // the same name twice
                Combinators.combine(names, value()).as((name, value) -> "{" + name + ":" + value + "," + name + ":" + value + "}"),
                length().map(Hostile::manyNames));
    }

    /** Names whose {@link String#hashCode()} is the same. */
    private static String manyNames(int count) {
        return IntStream.range(0, Math.min(count, 4096))
                .mapToObj(i -> Integer.toBinaryString(4096 + i).replace("0", "Aa").replace("1", "BB"))
                .collect(Collectors.joining("\":1,\"", "{\"", "\":1}"));
    }

    private static String replace(JsonNode message, List<String> values, Random random) {
        List<String> marks = new ArrayList<>();
        for (String ignored : values) {
            JsonNode place = message;
            while (true) {
                List<JsonNode> inner = new ArrayList<>();
                place.forEach(child -> {
                    if (child.size() > 0) {
                        inner.add(child);
                    }
                });
                if (inner.isEmpty() || random.nextInt(3) == 0) {
                    break;
                }
                place = inner.get(random.nextInt(inner.size()));
            }
            String mark = "hostile-" + marks.size() + "-value";
            if (place instanceof ObjectNode object) {
                List<String> names = new ArrayList<>();
                object.fieldNames().forEachRemaining(names::add);
                object.put(names.isEmpty() ? "a" : names.get(random.nextInt(names.size())), mark);
            } else if (place instanceof ArrayNode array) {
                array.insert(random.nextInt(array.size() + 1), mark);
            }
            marks.add('"' + mark + '"');
        }
        String text = message.toString();
        for (int i = 0; i < marks.size(); i++) {
            text = text.replace(marks.get(i), values.get(i));
        }
        return text;
    }

    /** Mostly UTF-8; sometimes another charset, truncated, or with invalid bytes. */
    private static Arbitrary<byte[]> bytes(Arbitrary<String> texts) {
        return Combinators.combine(texts, Arbitraries.integers().between(0, 19), Arbitraries.randoms()).as((text, kind, random) -> {
            byte[] bytes = text.getBytes(kind < OTHER_CHARSETS.size() ? OTHER_CHARSETS.get(kind) : StandardCharsets.UTF_8);
            int at = random.nextInt(bytes.length + 1);
            return switch (kind) {
                case 5, 6 -> spliced(bytes, at, NOT_UTF_8.get(random.nextInt(NOT_UTF_8.size())), bytes.length - at);
                case 7 -> spliced(bytes, at, new byte[0], 0);
                default -> bytes;
            };
        });
    }

    private static byte[] spliced(byte[] bytes, int at, byte[] middle, int rest) {
        ByteArrayOutputStream spliced = new ByteArrayOutputStream();
        spliced.write(bytes, 0, at);
        spliced.writeBytes(middle);
        spliced.write(bytes, bytes.length - rest, rest);
        return spliced.toByteArray();
    }
}

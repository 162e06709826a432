package dev.tidewatch.deadletters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.changes.ColumnMask;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets in the bytes of a dead letter are masked, and everything else is unchanged. */
class DeadLetterMaskTest {

    private static final int MOST = 64 * 1024;

    private final DeadLetterMask mask = new DeadLetterMask(new ColumnMask());

    static Stream<Arguments> json() {
        return Stream.of(
                arguments("{\"a\" : 1.50e+300,\t\"password\":\"S3cret\" ,\"b\":null}",
                        "{\"a\" : 1.50e+300,\t\"password\":\"***\" ,\"b\":null}"),
                arguments("{\"token\":1,\"token\":2,\"x\":3}", "{\"token\":\"***\",\"token\":\"***\",\"x\":3}"),
                arguments("{\"Api-Token\":{\"a\":[1,{\"b\":2}]},\"c\":[{\"my_SECRET\":[\"x\"]},1]}",
                        "{\"Api-Token\":\"***\",\"c\":[{\"my_SECRET\":\"***\"},1]}"),
                arguments("{\"pass\\u0077ord\":\"x\",\"n\":12345678901234567890.10}",
                        "{\"pass\\u0077ord\":\"***\",\"n\":12345678901234567890.10}"),
                arguments("{\"password\":null,\"token\":true,\"secret\":-1.0}",
                        "{\"password\":\"***\",\"token\":\"***\",\"secret\":\"***\"}"),
                arguments("{\"password\":\"a\\\"b\\\\\",\"k\":\"\\\"}\"}", "{\"password\":\"***\",\"k\":\"\\\"}\"}"),
                arguments(" {\"password\":\"ü€🦊\"}\n{\"x\":\"🦊\",\"token\":1}\n",
                        " {\"password\":\"***\"}\n{\"x\":\"🦊\",\"token\":\"***\"}\n"),
                arguments("{\"column\":\"{\\\"password\\\":\\\"x\\\"}\",\"a\":\"b\"}", "{\"column\":\"***\",\"a\":\"b\"}"),
                arguments("{\"column\":\"{\\\"\\\\u0070assword\\\":1}\"}", "{\"column\":\"***\"}"),
                arguments("{\"sql\":\"ALTER USER x IDENTIFIED BY PASSWORD 'y'\"}", "{\"sql\":\"***\"}"),
                arguments("[\"https://x/?to%6ben=abc\",\"the secret: x\"]", "[\"***\",\"***\"]"),
                arguments("\"password=x\"", "\"***\""),
                arguments("{\"table\":\"access_tokens\",\"pkNames\":[\"token_id\"]}",
                        "{\"table\":\"access_tokens\",\"pkNames\":[\"token_id\"]}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("json")
    void masksOnlySecretValuesInJson(String json, String expected) {
        ShownBytes shown = mask.show(json.getBytes(StandardCharsets.UTF_8), MOST);

        assertThat(shown.text()).isEqualTo(expected);
        assertThat(new String(Base64.getDecoder().decode(shown.base64()), StandardCharsets.UTF_8)).isEqualTo(expected);
        assertThat(shown.masked()).isEqualTo(!json.equals(expected));
        assertThat(shown.truncated()).isFalse();
        assertThat(shown.size()).isEqualTo(json.getBytes(StandardCharsets.UTF_8).length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"password=x", "{\"password\":\"x\"", "{\"password\":\"x\"} and more", "{'TOKEN':'x'}", "\ufeff{\"password\":1}",
                            "pass\\u0077ord: x", "pass\\x77ord: x", "pass%77ord=x",
                            "\\\\\\u0070assword", "\\u005cu0070assword", "p\0a\0s\0s\0w\0o\0r\0d", "{\"password\":01}"})
    void hidesOtherContentWithSecretWord(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(mask.show(bytes, MOST)).isEqualTo(ShownBytes.hidden(bytes.length));
    }

    @Test
    void hidesSecretWordsInOtherEncodingsAndBinary() {
        for (Charset charset : List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, Charset.forName("UTF-32"),
                Charset.forName("UTF-32LE"))) {
            byte[] bytes = "{\"Password\":\"x\"}".getBytes(charset);
            assertThat(mask.show(bytes, MOST)).as(charset.name()).isEqualTo(ShownBytes.hidden(bytes.length));
        }
        byte[] binary = "\u00ff\u00feTOKEN\u0080".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(mask.show(binary, MOST)).isEqualTo(ShownBytes.hidden(binary.length));
        DeadLetterMask other = new DeadLetterMask(new ColumnMask(List.of("пароль")));
        for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            byte[] bytes = "ПАРОЛЬ: x".getBytes(charset);
            assertThat(other.show(bytes, MOST)).as(charset.name()).isEqualTo(ShownBytes.hidden(bytes.length));
        }
    }

    @Test
    void hidesSecretsThatExceedTheParserLimits() {
        for (String json : List.of("[".repeat(5000) + "{\"password\":1}" + "]".repeat(5000),
                "{\"password\":1,\"n\":" + "9".repeat(5000) + "}")) {
            assertThat(mask.show(json.getBytes(), MOST)).isEqualTo(ShownBytes.hidden(json.length()));
        }
        String harmless = "[".repeat(5000);
        assertThat(mask.show(harmless.getBytes(), MOST).text()).isEqualTo(harmless);
    }

    @Test
    void masksBeforeTruncatingBetweenCharacters() {
        String value = "x".repeat(MOST - 14);
        ShownBytes shown = mask.show(("{\"n\":\"" + value + "\",\"token\":\"abcdef\",\"more\":1}").getBytes(), MOST);
        assertThat(shown.text()).hasSize(MOST).endsWith(",\"token").doesNotContain("abc");
        assertThat(shown.truncated() && shown.masked()).isTrue();
        assertThat(shown.size()).isGreaterThan(MOST);

        String half = "{\"token\":\"" + "s".repeat(MOST) + "\",\"x\":\"y\"}";
        assertThat(mask.show(half.getBytes(), MOST).text()).isEqualTo("{\"token\":\"***\",\"x\":\"y\"}");
        assertThat(mask.show(half.getBytes(), MOST).truncated()).isFalse();
        assertThat(mask.show((half + ',').getBytes(), MOST).text()).isNull();

        ShownBytes wide = mask.show("a€€".getBytes(StandardCharsets.UTF_8), 6);
        assertThat(wide).isEqualTo(new ShownBytes(7, "YeKCrA==", "a€", true, false));
    }

    @Test
    void showsBinaryAndEmptyPayloadsUnchanged() {
        byte[] bytes = {(byte) 0xff, 0, 1};
        assertThat(mask.show(bytes, MOST)).isEqualTo(new ShownBytes(3, "/wAB", null, false, false));
        assertThat(mask.show(bytes, 2)).isEqualTo(new ShownBytes(3, "/wA=", null, true, false));
        assertThat(mask.show(new byte[0], MOST)).isEqualTo(new ShownBytes(0, "", "", false, false));
        assertThat(mask.show(null, MOST)).isNull();
        assertThat(new DeadLetterMask(new ColumnMask(List.of())).show("password=x".getBytes(), MOST).text()).isEqualTo("password=x");
    }

    @Test
    void hidesHeaderWithSecretName() {
        assertThat(mask.showHeader("X-Auth-Token", "abc".getBytes(), MOST)).isEqualTo(ShownBytes.hidden(3));
        assertThat(mask.showHeader("X-Auth-Token", null, MOST)).isNull();
        assertThat(mask.showHeader("trace", "abc".getBytes(), MOST).text()).isEqualTo("abc");
        assertThat(mask.showHeader("trace", "secret=abc".getBytes(), MOST)).isEqualTo(ShownBytes.hidden(10));
        assertThat(mask.showName("X-Auth-Token")).isEqualTo("X-Auth-Token");
        assertThat(mask.showName("{\"token\":\"abc\"}")).isEqualTo("***");
    }

    @Test
    void keepsRandomJsonExceptSecrets() throws JsonProcessingException {
        ObjectMapper json = new ObjectMapper();
        Random random = new Random(8);
        for (int i = 0; i < 3000; i++) {
            JsonNode tree = tree(random, 0);
            String text = i % 2 == 0 ? tree.toString() : tree.toPrettyString();
            ShownBytes shown = mask.show(text.getBytes(StandardCharsets.UTF_8), 100 * MOST);
            assertThat(json.readTree(shown.text())).as(text).isEqualTo(json.readTree(masked(tree).toString()));
            assertThat(shown.text()).isEqualToIgnoringWhitespace(masked(tree).toString());
        }
    }

    private static final String[] NAMES = {"id", "Password", "a_token", "x\"y", "é🦊", "", "note", "SECRET KEY"};
    private static final String[] TEXTS = List.of("", "***", "plain", "quote\" and \\", "🦊\u202e", "x".repeat(5000),
            "access_tokens", "password: x").toArray(String[]::new);

    private static JsonNode tree(Random random, int depth) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        switch (random.nextInt(depth > 4 ? 5 : 8)) {
            case 0:
                return nodes.nullNode();
            case 1:
                return nodes.numberNode(random.nextInt());
            case 2:
                return nodes.numberNode(random.nextDouble());
            case 3:
                return nodes.booleanNode(random.nextBoolean());
            case 4:
                return nodes.textNode(TEXTS[random.nextInt(TEXTS.length)]);
            case 5:
                ArrayNode array = nodes.arrayNode();
                for (int i = random.nextInt(5); i > 0; i--) {
                    array.add(tree(random, depth + 1));
                }
                return array;
            default:
                ObjectNode object = nodes.objectNode();
                for (int i = random.nextInt(5); i > 0; i--) {
                    object.set(NAMES[random.nextInt(NAMES.length)], tree(random, depth + 1));
                }
                return object;
        }
    }

    private static JsonNode masked(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode masked = JsonNodeFactory.instance.objectNode();
            object.fields().forEachRemaining(field -> masked.set(field.getKey(),
                    new ColumnMask().isSecret(field.getKey()) ? JsonNodeFactory.instance.textNode("***") : masked(field.getValue())));
            return masked;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode masked = JsonNodeFactory.instance.arrayNode();
            array.forEach(element -> masked.add(masked(element)));
            return masked;
        }
        return node.asText().equals("password: x") ? JsonNodeFactory.instance.textNode("***") : node;
    }
}

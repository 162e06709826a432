package dev.tidewatch.changes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The decoder turns a damaged message into a change that can be written or an {@link UnreadableChangeException} whose message is one line
 * without values of the row. Every run has the same mutants.
 */
class MutatedMessagesTest {

    private static final int MUTANTS = 10_000;
    private static final int LONGEST_SEED = 20_000;
    private static final String ROW_VALUE = "hunter2";

    private final CanalJsonDecoder decoder = new CanalJsonDecoder();
    private final ColumnMask mask = new ColumnMask();

    @Test
    void survivesMutatedBytes() {
        Random random = new Random(1);
        List<byte[]> seeds = seeds();
        int read = 0;
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = seeds.get(random.nextInt(seeds.size()));
            for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
                mutant = mutateBytes(mutant, seeds, random);
            }
            read += isChange(mutant) ? 1 : 0;
        }
        assertThat(read).as("mutants that are still changes").isBetween(MUTANTS / 20, MUTANTS * 19 / 20);
    }

    @Test
    void survivesMutatedFields() throws Exception {
        Random random = new Random(2);
        List<byte[]> seeds = seeds();
        int read = 0;
        for (int i = 0; i < MUTANTS; i++) {
            JsonNode mutant = RealMessages.MAPPER.readTree(seeds.get(random.nextInt(seeds.size())));
            for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                mutateField((ObjectNode) mutant, random);
            }
            read += isChange(RealMessages.MAPPER.writeValueAsBytes(mutant)) ? 1 : 0;
        }
        assertThat(read).as("mutants that are still changes").isBetween(MUTANTS / 20, MUTANTS * 19 / 20);
    }

    @Test
    void rejectsEveryTruncatedMessage() {
        byte[] message = secretRow();
        for (int length = 0; length < message.length; length++) {
            assertThat(isChange(Arrays.copyOf(message, length))).as("the first %d bytes", length).isFalse();
        }
    }

    private boolean isChange(byte[] mutant) {
        try {
            ChangeMessage message = decoder.decode(mutant);
            assertThat(message).isNotNull();
            if (message instanceof RowChange row) {
                Lines.write(mask.mask(row).fields()).getBytes(StandardCharsets.UTF_8);
                RealMessages.MAPPER.writeValueAsBytes(row.fields());
            } else if (message instanceof SchemaChange schema) {
                RealMessages.MAPPER.writeValueAsBytes(schema.fields(true));
            }
            return true;
        } catch (UnreadableChangeException e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(200).matches("\\P{Cntrl}+");
            if (new String(mutant, StandardCharsets.ISO_8859_1).contains('"' + ROW_VALUE + '"')) {
                for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                    assertThat(cause.getMessage()).doesNotContain(ROW_VALUE);
                }
            }
            return false;
        } catch (Exception | StackOverflowError e) {
            throw new AssertionError("mutant " + new String(mutant, StandardCharsets.ISO_8859_1), e);
        }
    }

    private static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        RealMessages.CANAL_JSON_CORPORA.forEach(corpus -> RealMessages.corpus(corpus)
                .forEach(message -> seeds.add(message.getBytes(StandardCharsets.UTF_8))));
        List<RealMessages.Recorded> recorded = RealMessages.recording("canal-json-tidb-extension");
        for (RealMessages.Recorded record : recorded) {
            boolean allTypes = new String(record.value(), StandardCharsets.UTF_8).contains("\"table\":\"all_types\"");
            if (record.value().length < LONGEST_SEED && (allTypes || record.offset() % 50 == 0)) {
                seeds.add(record.value());
            }
        }
        for (int i = 0; i < 20; i++) {
            seeds.add(secretRow());
        }
        return seeds;
    }

    private static byte[] secretRow() {
        return ("{\"id\":0,\"database\":\"d\",\"table\":\"t\",\"pkNames\":[\"id\"],\"isDdl\":false,\"type\":\"UPDATE\","
                + "\"es\":1639633141221,\"mysqlType\":{\"id\":\"varchar\",\"a\":\"json\",\"b\":\"blob\",\"c\":\"int\"},"
                + "\"sqlType\":{\"id\":12},\"old\":[{\"a\":\"hunter2\",\"c\":\"hunter2\"}],"
                + "\"data\":[{\"id\":\"hunter2\",\"a\":\"{\\\"x\\\":\\\"hunter2\\\"}\",\"b\":\"hunter2\",\"c\":\"hunter2\"}],"
                + "\"_tidb\":{\"commitTs\":429918007904436226}}").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] mutateBytes(byte[] bytes, List<byte[]> seeds, Random random) {
        int from = random.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, from + random.nextInt(12));
        ByteArrayOutputStream mutant = new ByteArrayOutputStream();
        mutant.write(bytes, 0, from);
        switch (random.nextInt(6)) {
            case 0 -> mutant.write(random.nextInt(256));
            case 1 -> mutant.writeBytes("\"{}[],:0e\\u".substring(random.nextInt(9)).getBytes(StandardCharsets.US_ASCII));
            case 2 -> to = random.nextInt(8) == 0 ? bytes.length : to;
            case 3 -> mutant.write(bytes, from, to - from + (to > from ? -1 : 0));
            case 4 -> {
                byte[] other = seeds.get(random.nextInt(seeds.size()));
                int at = random.nextInt(other.length);
                mutant.write(other, at, Math.min(other.length - at, random.nextInt(40)));
            }
            default -> {
                if (to > from) {
                    mutant.write(bytes[from] ^ 1 << random.nextInt(8));
                    to = from + 1;
                }
            }
        }
        mutant.write(bytes, to, bytes.length - to);
        return mutant.toByteArray();
    }

    private static void mutateField(ObjectNode object, Random random) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        if (names.isEmpty()) {
            return;
        }
        String name = names.get(random.nextInt(names.size()));
        JsonNode value = object.get(name);
        if (value instanceof ObjectNode inner && random.nextBoolean()) {
            mutateField(inner, random);
        } else if (value instanceof ArrayNode array && array.get(0) instanceof ObjectNode row
                && random.nextInt(4) > 0) {
            mutateField(row, random);
        } else if (random.nextInt(5) == 0) {
            object.remove(name);
        } else {
            object.set(name, oddValue(random));
        }
    }

    private static JsonNode oddValue(Random random) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (random.nextInt(16)) {
            case 0 -> nodes.nullNode();
            case 1 -> nodes.booleanNode(random.nextBoolean());
            case 2 -> nodes.numberNode(random.nextLong());
            case 3 -> nodes.numberNode(new BigDecimal("1e400"));
            case 4 -> nodes.numberNode(BigInteger.TWO.pow(200));
            case 5 -> nodes.textNode("");
            case 6 -> nodes.textNode("\u0000\u001b\u2028\ud83d\ude00");
            case 7 -> nodes.textNode("9".repeat(1 + random.nextInt(600)));
            case 8 -> nodes.textNode("[".repeat(1 + random.nextInt(300)));
            case 9 -> nodes.textNode("-0.0e-" + random.nextInt());
            case 10 -> nodes.objectNode();
            case 11 -> nodes.objectNode().put("commitTs", -1).put("x", 1.5);
            case 12 -> nodes.arrayNode();
            case 13 -> nodes.arrayNode().addNull().add(1).add("x");
            case 14 -> nodes.arrayNode().add(nodes.objectNode().put("a", 1)).add(nodes.objectNode());
            default -> nodes.textNode("TIDB_WATERMARK");
        };
    }
}

package dev.tidewatch.changes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recorded or published canal-json message decodes to its line in the golden files. */
class RealMessagesTest {

    private final CanalJsonDecoder decoder = new CanalJsonDecoder();

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("corpusMessages")
    void decodesSamplesToTheirGoldenLines(String corpus, int number, String message, String expected) {
        assertThat(Lines.masked().line(message)).isEqualTo(expected);
    }

    static Stream<Arguments> corpusMessages() {
        return RealMessages.CANAL_JSON_CORPORA.stream().flatMap(corpus -> {
            List<String> messages = RealMessages.corpus(corpus);
            List<String> expected = Lines.golden(corpus + ".lines.jsonl",
                    () -> messages.stream().map(Lines.masked()::line).toList());
            assertThat(expected).hasSameSizeAs(messages);
            return IntStream.range(0, messages.size())
                    .mapToObj(i -> Arguments.of(corpus, i + 1, messages.get(i), expected.get(i)));
        });
    }

    @ParameterizedTest
    @FieldSource("dev.tidewatch.changes.RealMessages#RECORDINGS")
    void decodesRecordingsToTheirGoldenLines(String recording) {
        List<String> actual = changes(recording).stream().map(Lines.masked()::line).toList();

        List<String> expected = Lines.golden(recording + ".lines.jsonl.gz", () -> actual);

        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.get(i)).as("%s, change %d", recording, i + 1).isEqualTo(expected.get(i));
        }
    }

    @Test
    void replayingARecordedTableYieldsItsRows() throws UnreadableChangeException {
        List<RealMessages.Recorded> records = new ArrayList<>(RealMessages.recording("canal-json-tidb-extension"));
        records.sort(Comparator.comparingInt(RealMessages.Recorded::partition).thenComparingLong(RealMessages.Recorded::offset));
        Map<Map<String, Object>, Map<String, Object>> users = new HashMap<>();
        for (RealMessages.Recorded record : records) {
            if (decoder.decode(record.value()) instanceof RowChange change
                    && change.database().equals("tidewatch") && change.table().equals("users")) {
                if (change.operation().equals("DELETE")) {
                    users.remove(change.key());
                } else {
                    users.put(change.key(), change.data());
                }
            }
        }
        assertThat(users.get(Map.of("id", 1L))).containsEntry("username", "alice").containsEntry("email", "alice2@example.com");
        // 2167 rows were counted before the last statement of the recording inserted one more
        assertThat(users.values().removeIf(row -> row.get("username").equals("after_full_restart"))).isTrue();
        assertThat(users.size()).isEqualTo(2167);
    }

    @ParameterizedTest
    @FieldSource("dev.tidewatch.changes.RealMessages#RECORDINGS")
    void withoutTheExtensionOnlyCommitTsIsMissing(String recording) throws Exception {
        for (byte[] message : changes(recording)) {
            ObjectNode plain = (ObjectNode) RealMessages.MAPPER.readTree(message);
            plain.remove("_tidb");

            ObjectNode expected = (ObjectNode) RealMessages.tree(Lines.unmasked().line(message));
            expected.remove("commitTs");
            assertThat(Lines.unmasked().line(RealMessages.MAPPER.writeValueAsBytes(plain))).isEqualTo(expected.toString());
        }
    }

    @ParameterizedTest
    @FieldSource("dev.tidewatch.changes.RealMessages#RECORDINGS")
    void ignoresTheOrderOfFields(String recording) throws Exception {
        Random random = new Random(20);
        for (byte[] message : changes(recording)) {
            ObjectNode original = (ObjectNode) RealMessages.MAPPER.readTree(message);
            byte[] shuffled = RealMessages.MAPPER.writeValueAsBytes(shuffled(original, random));

            assertThat(Lines.unmasked().line(shuffled)).isEqualTo(Lines.unmasked().line(message));
        }
    }

    @Test
    void readsBothFormsOfAMissingPrimaryKey() {
        String message = RealMessages.corpus("cdcfresh-live-ticdc-v8.5.7").get(2);

        String classic = Lines.masked().line(message.replace("\"pkNames\":[\"id\"]", "\"pkNames\":null"));
        String newArchitecture = Lines.masked().line(message.replace("\"pkNames\":[\"id\"]", "\"pkNames\":[]"));

        assertThat(classic).isEqualTo(newArchitecture).contains("\"key\":{},");
    }

    private static List<byte[]> changes(String recording) {
        return RealMessages.recording(recording).stream()
                .map(RealMessages.Recorded::value)
                .filter(value -> !new String(value, StandardCharsets.UTF_8).contains("\"type\":\"TIDB_WATERMARK\""))
                .toList();
    }

    // the order of the columns in data and old determines the line, so it is kept
    private static ObjectNode shuffled(ObjectNode object, Random random) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        Collections.shuffle(names, random);
        ObjectNode shuffled = object.objectNode();
        for (String name : names) {
            boolean isMap = object.get(name) instanceof ObjectNode;
            shuffled.set(name, isMap ? shuffled((ObjectNode) object.get(name), random) : object.get(name));
        }
        return shuffled;
    }
}

package dev.tidewatch.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A message of another format is recognised, and the error says what to set. */
class ForeignFormatTest {

    private static final String CANAL_JSON = RealMessages.corpus("cdcfresh-live-ticdc-v8.5.7").get(2);

    private final CanalJsonDecoder decoder = new CanalJsonDecoder();

    @ParameterizedTest(name = "{0}")
    @MethodSource("openProtocolRecords")
    void recognisesOpenProtocol(String source, byte[] value) {
        assertThat(error(value)).containsIgnoringCase("TiCDC open protocol").endsWith("set protocol=canal-json in the sink URI");
    }

    static Stream<Arguments> openProtocolRecords() {
        Stream<Arguments> binary = RealMessages.corpus("tiflow-open-protocol-binary").stream().map(RealMessages::tree)
                .map(record -> Arguments.of(record.get("source").textValue(),
                        Base64.getDecoder().decode(record.get("valueBase64").textValue())));
        Stream<Arguments> documented = RealMessages.corpus("pingcap-docs-open-protocol").stream().map(RealMessages::tree)
                .flatMap(record -> Stream.of(
                        Arguments.of("documentation, log " + record.get("log") + ", without frame", bytes(record.get("value"))),
                        Arguments.of("documentation, log " + record.get("log") + ", framed", framed(bytes(record.get("value"))))));
        return Stream.concat(binary, documented);
    }

    @Test
    void recognisesSimpleProtocol() {
        assertThat(RealMessages.corpus("pingcap-docs-simple-protocol")).hasSize(6).allSatisfy(message ->
                assertThat(error(message.getBytes(StandardCharsets.UTF_8)))
                        .isEqualTo("TiCDC simple protocol, not canal-json: set protocol=canal-json in the sink URI"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"payload\":{\"before\":null,\"after\":{\"id\":1},\"op\":\"c\",\"source\":{\"connector\":\"TiCDC\"}},\"schema\":{}}",
        "{\"before\":null,\"after\":{\"id\":1},\"op\":\"c\",\"source\":{\"connector\":\"TiCDC\"},\"ts_ms\":1}"})
    void recognisesDebezium(String message) {
        assertThat(error(message.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("Debezium JSON, not canal-json: set protocol=canal-json in the sink URI");
    }

    // with a small schema id the first eight bytes could be a length of the open protocol
    @ParameterizedTest
    @ValueSource(strings = {"00000000010a61", "00000000010a616263646566", "00000004d20a616263"})
    void recognisesAvro(String hex) {
        assertThat(error(HexFormat.of().parseHex(hex)))
                .isEqualTo("Avro with a schema id, not canal-json: set protocol=canal-json in the sink URI");
    }

    @Test
    void rejectsATombstone() {
        assertThat(error(null)).isEqualTo("null value (tombstone): TiCDC open protocol, Avro and Debezium send it,"
                + " canal-json never does; set protocol=canal-json in the sink URI");
    }

    @Test
    void recognisesLz4() {
        assertThat(error(HexFormat.of().parseHex("04224d186470b9c1000080"))).startsWith("lz4-compressed value: ");
    }

    @Test
    void recognisesZstd() {
        assertThat(error(HexFormat.of().parseHex("28b52ffd04584109"))).startsWith("zstd-compressed value: ");
    }

    @Test
    void recognisesGzip() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(CANAL_JSON.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(error(packed.toByteArray())).startsWith("gzip-compressed value: ");
    }

    // a snappy block of one literal: the length as a varint, a tag, and the length of the literal minus one in two bytes
    @Test
    void recognisesSnappy() {
        byte[] plain = CANAL_JSON.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        packed.write(plain.length & 0x7F | 0x80);
        packed.write(plain.length >> 7);
        packed.write(61 << 2);
        packed.write(plain.length - 1);
        packed.write(plain.length - 1 >> 8);
        packed.writeBytes(plain);

        assertThat(error(packed.toByteArray())).startsWith("snappy-compressed value: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "0000", "ff", "ffffffff", "80", "8080", "efbbbf", "1f8b", "7b007d00", "feff007b007d"})
    void rejectsOtherBytesAsNotJson(String hex) {
        assertThat(error(HexFormat.of().parseHex(hex))).matches("(not JSON|empty value).*");
    }

    private String error(byte[] value) {
        return assertThatExceptionOfType(UnreadableChangeException.class).isThrownBy(() -> decoder.decode(value))
                .actual().getMessage();
    }

    private static byte[] bytes(JsonNode text) {
        return text.isNull() ? null : text.textValue().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] framed(byte[] event) {
        byte[] content = event == null ? new byte[0] : event;
        return ByteBuffer.allocate(Long.BYTES + content.length).putLong(content.length).put(content).array();
    }
}

package dev.tidewatch.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** JSON as TiDB prints it from its binary form: keys sorted, one space after comma and colon. MariaDB keeps the text as it was written. */
final class JsonText {

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    private static final BigInteger MAX_UNSIGNED = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private JsonText() {
    }

    static String normalised(String json) {
        try {
            return text(MAPPER.readTree(json));
        } catch (JsonProcessingException notJson) {
            // MariaDB checks the column itself; what it let through is shown as it is.
            return json;
        }
    }

    private static String text(JsonNode node) throws JsonProcessingException {
        if (node.isObject()) {
            Map<String, JsonNode> sorted = new TreeMap<>();
            node.fields().forEachRemaining(field -> sorted.put(field.getKey(), field.getValue()));
            StringBuilder members = new StringBuilder();
            for (Map.Entry<String, JsonNode> member : sorted.entrySet()) {
                members.append(members.isEmpty() ? "" : ", ")
                    .append(MAPPER.writeValueAsString(member.getKey())).append(": ").append(text(member.getValue()));
            }
            return "{" + members + "}";
        }
        if (node.isArray()) {
            return StreamSupport.stream(node.spliterator(), false).map(JsonText::element).collect(Collectors.joining(", ", "[", "]"));
        }
        return node.isNumber() ? number(node) : MAPPER.writeValueAsString(node);
    }

    private static String element(JsonNode node) {
        try {
            return text(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A parsed value cannot be written", e);
        }
    }

    private static String number(JsonNode node) {
        if (node.isIntegralNumber()) {
            BigInteger value = node.bigIntegerValue();
            boolean integer = value.bitLength() < Long.SIZE || value.signum() > 0 && value.compareTo(MAX_UNSIGNED) <= 0;
            return integer ? value.toString() : real(value.doubleValue());
        }
        return real(node.doubleValue());
    }

    /** As Go writes a float64: plain between 1e-6 and 1e21, with an exponent outside. */
    private static String real(double value) {
        BigDecimal decimal = new BigDecimal(new ColumnFormatter(CanalType.of("double"), 0, null).of(value));
        double size = Math.abs(value);
        if (value == 0 || size >= 1e-6 && size < 1e21) {
            return decimal.stripTrailingZeros().toPlainString();
        }
        BigDecimal digits = decimal.stripTrailingZeros();
        int exponent = digits.precision() - digits.scale() - 1;
        String mantissa = digits.movePointLeft(exponent).stripTrailingZeros().toPlainString();
        return mantissa + "e" + (exponent < 0 ? "-" : "+") + "%02d".formatted(Math.abs(exponent));
    }
}

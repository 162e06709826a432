package dev.tidewatch.embedded;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.BitSet;
import java.util.Map;

/**
 * Formats the values of one column for canal-json, where every value is a string.
 *
 * @param length the declared length; for times the number of fractional digits, 0 if not declared
 * @param charset the character set of text
 */
record ColumnFormatter(CanalType type, int length, Charset charset) {

    private static final DateTimeFormatter TO_THE_SECOND = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
    private static final Map<String, BigInteger> UNSIGNED_RANGE = Map.of(
        "tinyint", BigInteger.ONE.shiftLeft(8), "smallint", BigInteger.ONE.shiftLeft(16), "mediumint", BigInteger.ONE.shiftLeft(24),
        "int", BigInteger.ONE.shiftLeft(32), "bigint", BigInteger.ONE.shiftLeft(64));

    /**
     * Formats a value of Debezium's binlog reader.
     *
     * @param raw a number, bytes, a java.time value, a BitSet or null
     */
    String format(Object raw) {
        if (raw == null) {
            return null;
        }
        if (raw instanceof byte[] bytes) {
            return bytes(bytes);
        }
        if (raw instanceof BitSet bits) {
            return Long.toUnsignedString(bits.isEmpty() ? 0 : bits.toLongArray()[0]);
        }
        if (raw instanceof Duration time) {
            return time(time);
        }
        if (raw instanceof LocalDateTime datetime) {
            return dateTime(datetime);
        }
        if (raw instanceof ZonedDateTime timestamp) {
            return dateTime(timestamp.withZoneSameInstant(ZoneOffset.UTC).toLocalDateTime());
        }
        return raw instanceof Number number ? number(number) : raw.toString();
    }

    private String number(Number number) {
        if (number instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }
        if (number instanceof Float || number instanceof Double) {
            return new BigDecimal(number.toString()).stripTrailingZeros().toPlainString();
        }
        BigInteger range = type.unsigned() && number.longValue() < 0 ? UNSIGNED_RANGE.get(type.base()) : null;
        return range == null ? number.toString() : BigInteger.valueOf(number.longValue()).add(range).toString();
    }

    private String bytes(byte[] bytes) {
        if (!type.isBinary()) {
            return new String(bytes, charset);
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        // The binlog omits the zero bytes that pad a BINARY(n).
        return type.base().equals("binary") ? text + "\0".repeat(Math.max(0, length - text.length())) : text;
    }

    private String time(Duration time) {
        Duration size = time.abs();
        String sign = time.isNegative() ? "-" : "";
        return sign + "%02d:%02d:%02d".formatted(size.toHours(), size.toMinutesPart(), size.toSecondsPart()) + fraction(size.getNano());
    }

    private String dateTime(LocalDateTime datetime) {
        return TO_THE_SECOND.format(datetime) + fraction(datetime.getNano());
    }

    private String fraction(int nanos) {
        return length == 0 ? "" : "." + "%09d".formatted(nanos).substring(0, length);
    }
}

package dev.tidewatch.embedded;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.Year;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.BitSet;
import java.util.Map;

/**
 * Values of one column as canal-json writes them: always text.
 *
 * @param type the column's type
 * @param length declared length; for times the digits of their fraction, 0 when none is declared
 * @param charset how the bytes of text are to be read
 */
record ColumnFormatter(CanalType type, int length, Charset charset) {

    private static final DateTimeFormatter TO_THE_SECOND = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
    private static final Map<String, BigInteger> UNSIGNED_RANGE = Map.of(
        "tinyint", BigInteger.ONE.shiftLeft(8), "smallint", BigInteger.ONE.shiftLeft(16), "mediumint", BigInteger.ONE.shiftLeft(24),
        "int", BigInteger.ONE.shiftLeft(32), "bigint", BigInteger.ONE.shiftLeft(64));

    /**
     * A value as Debezium's binlog reader has it.
     *
     * @param raw a number, bytes, a time of java.time, bits, or null
     */
    String of(Object raw) {
        if (raw == null) {
            return null;
        }
        if (raw instanceof byte[] bytes) {
            return bytes(bytes);
        }
        if (raw instanceof BitSet bits) {
            return bits(bits);
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
        if (raw instanceof Year year) {
            return Integer.toString(year.getValue());
        }
        return raw instanceof Number number ? number(number) : raw.toString();
    }

    private String number(Number number) {
        if (number instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }
        if (number instanceof Float single) {
            return shortest(new BigDecimal(single), decimal -> decimal.floatValue() == single);
        }
        if (number instanceof Double real) {
            return shortest(new BigDecimal(real), decimal -> decimal.doubleValue() == real);
        }
        BigInteger range = type.unsigned() && number.longValue() < 0 ? UNSIGNED_RANGE.get(type.base()) : null;
        return range == null ? number.toString() : BigInteger.valueOf(number.longValue()).add(range).toString();
    }

    /** The fewest digits that still mean the same number, without an exponent; Java 17's own rendering is longer now and then. */
    private static String shortest(BigDecimal exact, java.util.function.Predicate<BigDecimal> same) {
        for (int digits = 1; digits <= 17; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits));
            if (same.test(rounded)) {
                return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
            }
        }
        return exact.toPlainString();
    }

    private String bytes(byte[] bytes) {
        if (type.isBinary()) {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            // The binlog drops the zero bytes that fill up a BINARY(n).
            return type.base().equals("binary") ? text + "\0".repeat(Math.max(0, length - text.length())) : text;
        }
        return type.base().equals("json") ? JsonText.normalised(new String(bytes, charset)) : new String(bytes, charset);
    }

    private static String bits(BitSet bits) {
        BigInteger value = BigInteger.ZERO;
        for (int bit = bits.nextSetBit(0); bit >= 0; bit = bits.nextSetBit(bit + 1)) {
            value = value.setBit(bit);
        }
        return value.toString();
    }

    private String time(Duration time) {
        Duration size = time.abs();
        String text = "%s%02d:%02d:%02d".formatted(time.isNegative() ? "-" : "", size.toHours(), size.toMinutesPart(), size.toSecondsPart());
        return text + fraction(size.getNano());
    }

    private String dateTime(LocalDateTime datetime) {
        return TO_THE_SECOND.format(datetime) + fraction(datetime.getNano());
    }

    private String fraction(int nanos) {
        return length == 0 ? "" : "." + "%09d".formatted(nanos).substring(0, length);
    }
}

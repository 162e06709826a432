package dev.tidewatch.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

/** Values that the recording does not contain. */
class ColumnFormatterTest {

    private static String text(String type, int length, Object raw) {
        return new ColumnFormatter(CanalType.of(type), length, StandardCharsets.UTF_8).format(raw);
    }

    @Test
    void formatsUnsignedNumbers() {
        assertThat(text("TINYINT UNSIGNED", 0, (short) -1)).isEqualTo("255");
        assertThat(text("MEDIUMINT UNSIGNED", 0, -1)).isEqualTo("16777215");
        assertThat(text("BIGINT UNSIGNED", 0, -1L)).isEqualTo("18446744073709551615");
        assertThat(text("BIGINT", 0, -1L)).isEqualTo("-1");
    }

    @Test
    void choosesTheSqlTypeOfAnUnsignedNumberByItsValue() {
        assertThat(CanalType.of("bigint unsigned").sqlType("9223372036854775808")).isEqualTo(3);
        assertThat(CanalType.of("bigint unsigned").sqlType("9223372036854775807")).isEqualTo(-5);
        assertThat(CanalType.of("INT UNSIGNED ZEROFILL").mysqlType()).isEqualTo("int unsigned");
    }

    @Test
    void formatsFloatingPointNumbersWithoutExponent() {
        assertThat(text("double", 0, 2e-3)).isEqualTo("0.002");
        assertThat(text("double", 0, 5.684341886080801E-14)).isEqualTo("0.00000000000005684341886080801");
        assertThat(text("float", 0, 16777216f)).isEqualTo("16777216");
        assertThat(text("double", 0, -0.0)).isEqualTo("0");
        assertThat(text("decimal", 0, new BigDecimal("1.500"))).isEqualTo("1.500");
    }

    @Test
    void formatsTimesWithTheDeclaredFraction() {
        assertThat(text("time", 0, Duration.ofHours(-838))).isEqualTo("-838:00:00");
        assertThat(text("time", 3, Duration.ofMillis(-1))).isEqualTo("-00:00:00.001");
        assertThat(text("datetime", 2, LocalDateTime.of(2024, 2, 29, 1, 2, 3, 450_000_000))).isEqualTo("2024-02-29 01:02:03.45");
        assertThat(text("timestamp", 0, ZonedDateTime.parse("2024-06-01T09:00:00+09:00"))).isEqualTo("2024-06-01 00:00:00");
    }

    @Test
    void formatsBytesAndBits() {
        assertThat(text("binary", 3, new byte[] {(byte) 0xff})).isEqualTo("\u00ff\0\0");
        assertThat(text("bit", 64, BitSet.valueOf(new long[] {-1L}))).isEqualTo("18446744073709551615");
        assertThat(text("bit", 8, new BitSet())).isEqualTo("0");
        assertThat(text("varchar", 9, "ü😀".getBytes(StandardCharsets.UTF_8))).isEqualTo("ü😀");
    }
}

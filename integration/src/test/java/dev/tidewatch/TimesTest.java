package dev.tidewatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {

    @ParameterizedTest
    @ValueSource(strings = {"1970-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z", "2024-02-29T23:59:59.9999Z", "2000-01-01T00:00:00.001Z",
        "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "-0001-12-31T23:59:59.999Z", "+10000-01-01T00:00:00Z"})
    void textIsThatOfTheFormatter(String time) {
        assertThat(Times.text(Instant.parse(time))).isEqualTo(Times.MILLISECONDS.format(Instant.parse(time)));
    }

    @Test
    void textOfAnyTimeIsThatOfTheFormatter() {
        Random random = new Random(17);
        for (int i = 0; i < 10_000; i++) {
            Instant time = Instant.ofEpochSecond(random.nextLong(-70_000_000_000L, 260_000_000_000L), random.nextInt(1_000_000_000));
            assertThat(Times.text(time)).isEqualTo(Times.MILLISECONDS.format(time));
            int year = time.atOffset(ZoneOffset.UTC).getYear();
            assertThat(Times.instant(Times.text(time))).isEqualTo(year < 0 || year > 9999 ? null : time.truncatedTo(ChronoUnit.MILLIS));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-02-29T00:00:00.000Z", "2026-00-01T00:00:00.000Z", "2026-13-01T00:00:00.000Z", "2026-04-31T00:00:00.000Z",
        "2026-01-00T00:00:00.000Z", "2026-01-01T24:00:00.000Z", "2026-01-01T00:60:00.000Z", "2026-01-01T00:00:60.000Z",
        "2026-01-01T00:00:00.000z", "2026-01-01 00:00:00.000Z", "2026-01-01T00:00:00Z",
        "+026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.00\u0661Z",
        "2026-01-01T00:00:00.000+00:00", ""})
    void instantIsNullForAnyOtherText(String text) {
        assertThat(Times.instant(text)).isNull();
    }
}

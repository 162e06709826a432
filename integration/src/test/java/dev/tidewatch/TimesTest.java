package dev.tidewatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
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
        }
    }
}

package dev.tidewatch.live;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;

class LiveStreamsTest {

    @Test
    void aClientThatIsAdmittedHasItsPlaceUntilItsStreamEnds() {
        Duration often = Duration.ofMillis(50);
        LiveStreams streams = new LiveStreams(new LiveBuffer(10, 1000), new MockEnvironment(), 2, often, often);
        streams.start();
        streams.admit();
        streams.admit();
        // Before the streams of the others have begun.
        assertThatExceptionOfType(TooManyStreamsException.class).isThrownBy(streams::admit);

        streams.open(null, 0, () -> false);

        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThatNoException().isThrownBy(streams::admit));
        assertThatExceptionOfType(TooManyStreamsException.class).isThrownBy(streams::admit);
    }
}

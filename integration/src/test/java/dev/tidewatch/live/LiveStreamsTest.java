package dev.tidewatch.live;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.tidewatch.http.ProblemException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

class LiveStreamsTest {

    @Test
    void aClientThatIsAdmittedHasItsPlaceUntilItsStreamEnds() {
        LiveStreams streams = withPlaces(2);
        streams.admit();
        streams.admit();
        // Before the streams of the others have begun.
        assertThatExceptionOfType(ProblemException.class).isThrownBy(streams::admit);

        streams.open(null, 0, () -> false);

        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThatNoException().isThrownBy(streams::admit));
        assertThatExceptionOfType(ProblemException.class).isThrownBy(streams::admit);
    }

    @Test
    void aFaultEndsTheRequestOfItsClient() {
        LiveStreams streams = withPlaces(1);
        streams.admit();

        SseEmitter emitter = streams.open(null, 0, () -> {
            throw new IllegalArgumentException("a fault");
        });

        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThatNoException().isThrownBy(streams::admit));
        assertThatIllegalStateException().isThrownBy(() -> emitter.send("more")).withMessageContaining("completed");
    }

    private static LiveStreams withPlaces(int clients) {
        Duration often = Duration.ofMillis(50);
        LiveStreams streams = new LiveStreams(new LiveBuffer(10, 1000), new MockEnvironment(), clients, often, often);
        streams.start();
        return streams;
    }
}

package dev.tidewatch.live;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.tidewatch.http.ProblemException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.util.unit.DataSize;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

class LiveClientsTest {

    @Test
    void anAdmittedClientHoldsItsSlotUntilItsStreamEnds() {
        LiveClients clients = withSlots(2);
        clients.admit();
        clients.admit();
        // Even before the streams of the others have started.
        assertThatExceptionOfType(ProblemException.class).isThrownBy(clients::admit);

        clients.open(null, 0, () -> false);

        Awaitility.await().untilAsserted(() -> assertThatNoException().isThrownBy(clients::admit));
        assertThatExceptionOfType(ProblemException.class).isThrownBy(clients::admit);
    }

    @Test
    void anUnexpectedErrorEndsTheRequest() {
        LiveClients clients = withSlots(1);
        clients.admit();

        SseEmitter emitter = clients.open(null, 0, () -> {
            throw new IllegalArgumentException("unexpected");
        });

        Awaitility.await().untilAsserted(() -> assertThatNoException().isThrownBy(clients::admit));
        assertThatIllegalStateException().isThrownBy(() -> emitter.send("more")).withMessageContaining("completed");
    }

    private static LiveClients withSlots(int slots) {
        Duration often = Duration.ofMillis(100);
        LiveClients clients = new LiveClients(new LiveBuffer(10, 1000), new MockEnvironment(),
                new LiveProperties(10, DataSize.ofKilobytes(1), 0, slots, often, often));
        clients.start();
        return clients;
    }
}

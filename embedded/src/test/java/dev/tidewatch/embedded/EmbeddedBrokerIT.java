package dev.tidewatch.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {

    @Test
    void leavesNoThreadsWhenItsPortIsTaken(@TempDir Path directory) throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
        broker.stop();
        await().atMost(Duration.ofMinutes(3)).pollInSameThread()
            .untilAsserted(() -> assertThat(userThreads()).noneMatch(thread -> thread.getName().contains("kafka")));
        Set<Thread> before = userThreads();

        int port = Integer.parseInt(broker.bootstrapServers().split(":")[1]);
        try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(broker::start).as("port %d is taken", other.getLocalPort()).isInstanceOf(RuntimeException.class);
        }

        await().atMost(Duration.ofMinutes(3)).pollInSameThread().untilAsserted(() -> assertThat(before).containsAll(userThreads()));
    }

    /** Threads that keep a process alive. */
    private static Set<Thread> userThreads() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> !thread.isDaemon()).collect(Collectors.toSet());
    }
}

package dev.tidewatch.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.serialization.ByteArraySerializer;
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

    @Test
    void settingsOverrideItsProperties(@TempDir Path directory) throws Exception {
        Map<String, String> settings = Map.of("auto.create.topics.enable", "true", "num.partitions", "2",
            "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer", "super.users", "User:ANONYMOUS");
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0, null, settings);
             Producer<byte[], byte[]> producer = new KafkaProducer<>(Map.of("bootstrap.servers", broker.bootstrapServers()),
                 new ByteArraySerializer(), new ByteArraySerializer());
             Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            assertThat(producer.partitionsFor("created-by-a-request-for-metadata")).hasSize(2);
            assertThat(admin.describeAcls(AclBindingFilter.ANY).values().get()).as("needs an authorizer").isEmpty();
        }
    }

    /** Threads that keep a process alive. */
    private static Set<Thread> userThreads() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> !thread.isDaemon()).collect(Collectors.toSet());
    }
}

package dev.tidewatch.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.embedded.EmbeddedBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConcurrentConsumerStopIT {

    private static final List<String> TOPICS = List.of("first", "second");

    private final CountDownLatch started = new CountDownLatch(TOPICS.size());
    private final Set<String> handled = ConcurrentHashMap.newKeySet();

    @Test
    void stopsAllConsumersAtOnceAndLetsEachFinishItsPoll(@TempDir Path directory) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0); CamelContext camel = new DefaultCamelContext()) {
            send(broker.bootstrapServers());
            KafkaComponent kafka = new KafkaComponent();
            kafka.getConfiguration().setBrokers(broker.bootstrapServers());
            kafka.getConfiguration().setAutoOffsetReset("earliest");
            camel.addComponent("kafka", kafka);
            camel.getManagementStrategy().addEventNotifier(new ConcurrentConsumerStop());
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    for (int i = 0; i < TOPICS.size(); i++) {
                        String topic = TOPICS.get(i);
                        String other = TOPICS.get(1 - i);
                        from("kafka:" + topic + "?groupId=" + topic).routeId(topic).process(exchange -> {
                            started.countDown();
                            awaitStopOf(other, camel);
                            handled.add(topic);
                        });
                    }
                }
            });
            camel.start();
            started.await();

            camel.stop();

            assertThat(handled).containsExactlyInAnyOrderElementsOf(TOPICS);
        }
    }

    /** Never returns if the other consumer is stopped only after this one; Camel interrupts the thread then. */
    private static void awaitStopOf(String route, CamelContext camel) throws InterruptedException {
        while (!((ServiceSupport) camel.getRoute(route).getConsumer()).isStoppingOrStopped()) {
            Thread.sleep(10);
        }
    }

    private static void send(String brokers) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createTopics(TOPICS.stream().map(topic -> new NewTopic(topic, 1, (short) 1)).toList()).all().get();
        }
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(Map.of("bootstrap.servers", brokers), new StringSerializer(), new StringSerializer())) {
            for (String topic : TOPICS) {
                producer.send(new ProducerRecord<>(topic, "a record")).get();
            }
        }
    }
}

package dev.tidewatch.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidewatch.embedded.EmbeddedBroker;
import dev.tidewatch.support.CapturedLog;
import dev.tidewatch.support.LogLineSchema;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker with Kafka's default settings creates a topic with one partition for each client that asks for it. */
class TopicsIT {

    private static final byte[] VALUE = "a record".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private static Path directory;

    private EmbeddedBroker broker;
    private Admin admin;
    private DefaultCamelContext camel;
    private KafkaClients clients;
    private CapturedLog log;

    @BeforeEach
    void open() {
        broker = EmbeddedBroker.start(directory.resolve(String.valueOf(System.nanoTime())), 0, null,
                Map.of("auto.create.topics.enable", "true", "num.partitions", "1"));
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        camel = new DefaultCamelContext();
        camel.addComponent("kafka", component(broker.bootstrapServers()));
        clients = new KafkaClients(camel);
        log = CapturedLog.open();
    }

    @AfterEach
    void close() throws Exception {
        clients.destroy();
        camel.close();
        admin.close();
        broker.close();
        log.close();
        new LogLineSchema().check(log.texts());
    }

    @Test
    void a1ProducersCreateNoTopic() throws Exception {
        camel.start();
        try (Producer<byte[], byte[]> producer = clients.newProducer(Map.of())) {
            assertThatThrownBy(() -> producer.send(new ProducerRecord<>("missing", VALUE)))
                    .isInstanceOf(UnknownTopicOrPartitionException.class);
            assertThatThrownBy(() -> producer.partitionsFor("missing")).isInstanceOf(UnknownTopicOrPartitionException.class);
            assertThatThrownBy(() -> camel.createProducerTemplate().sendBody("kafka:missing", VALUE))
                    .hasRootCauseInstanceOf(UnknownTopicOrPartitionException.class);
            assertThat(admin.listTopics().names().get()).doesNotContain("missing");

            create(new NewTopic("missing", 3, (short) 1));
            assertThat(producer.send(new ProducerRecord<>("missing", VALUE)).get().hasOffset()).isTrue();
        }
    }

    @Test
    void a1ConsumersCreateNoTopicAndReadItOnceItExists() throws Exception {
        create(new NewTopic("existing", 1, (short) 1));
        CountDownLatch existing = new CountDownLatch(1);
        CountDownLatch late = new CountDownLatch(1);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("kafka:existing,late?groupId=group").process(exchange ->
                        ("late".equals(exchange.getMessage().getHeader(KafkaConstants.TOPIC)) ? late : existing).countDown());
            }
        });
        camel.start();
        try (Producer<byte[], byte[]> producer = clients.newProducer(Map.of())) {
            producer.send(new ProducerRecord<>("existing", VALUE)).get();
            // The consumer has asked for both topics by now.
            existing.await();
            assertThat(admin.listTopics().names().get()).doesNotContain("late");

            create(new NewTopic("late", 3, (short) 1));
            producer.send(new ProducerRecord<>("late", 2, null, VALUE)).get();
            late.await();
        }
    }

    @Test
    void a1UsesATopicWithAnotherNumberOfPartitions() throws Exception {
        create(new NewTopic("changes", 1, (short) 1));
        Brokers brokers = new Brokers(clients);
        brokers.watch();

        Topics topics = topics(brokers, false);
        topics.create();
        topics.create();

        assertThat(partitions("changes")).isEqualTo(1);
        awaitPartitions("users", 3);
        awaitPartitions("changes.dlq", 3);
        assertThat(log.lines(line -> line.path("message").asText().startsWith("Topic changes has 1 partitions"))).hasSize(1);
        brokers.destroy();
    }

    @Test
    void a1AddsPartitionsWhenConfigured() throws Exception {
        create(new NewTopic("changes", 1, (short) 1), new NewTopic("users", 5, (short) 1));
        Brokers brokers = new Brokers(clients);
        brokers.watch();

        topics(brokers, true).create();

        awaitPartitions("changes", 3);
        assertThat(partitions("users")).as("partitions cannot be removed").isEqualTo(5);
        brokers.destroy();
    }

    @Test
    void bug22LogsOneLineForABrokerNameThatDoesNotResolve() throws Exception {
        KafkaComponent kafka = camel.getComponent("kafka", KafkaComponent.class);
        kafka.getConfiguration().setBrokers("kafka.invalid:9092, other.invalid:9092");
        Brokers brokers = new Brokers(clients);
        Topics topics = topics(brokers, false);
        for (int i = 0; i < 3; i++) {
            brokers.watch();
            topics.create();
        }
        assertThat(brokers.areReachable()).isFalse();

        kafka.getConfiguration().setBrokers("kafka.invalid:9092," + broker.bootstrapServers());
        brokers.watch();
        brokers.watch();

        assertThat(brokers.areReachable()).isTrue();
        assertThat(log.lines(line -> line.path("logger").asText().startsWith("dev.tidewatch.")))
                .extracting(line -> line.path("message").asText()).containsExactly(
                "KAFKA_BROKERS has a name that does not resolve; check it: kafka.invalid, other.invalid. Events wait in the outbox",
                "Kafka is reachable; KAFKA_BROKERS has a name that does not resolve; check it: kafka.invalid");
        brokers.destroy();
    }

    /** The broker shows a new topic some time after its controller has created it. */
    private void create(NewTopic... created) throws Exception {
        admin.createTopics(List.of(created)).all().get();
        for (NewTopic topic : created) {
            awaitPartitions(topic.name(), topic.numPartitions());
        }
    }

    private void awaitPartitions(String topic, int partitions) {
        await().ignoreExceptions().until(() -> partitions(topic) == partitions);
    }

    private int partitions(String topic) throws Exception {
        return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
    }

    private Topics topics(Brokers brokers, boolean addPartitions) {
        return new Topics(camel, brokers, new TopicNames("users", "changes"),
                new TopicProperties(3, addPartitions, (short) 1, Duration.ofDays(7), Duration.ofDays(30), 10_485_760));
    }

    /** As application.yaml and {@link KafkaClientConfiguration} configure it. */
    private static KafkaComponent component(String brokers) {
        KafkaComponent kafka = new KafkaComponent();
        kafka.setKafkaClientFactory(new CamelKafkaClients());
        kafka.getConfiguration().setBrokers(brokers);
        kafka.getConfiguration().setAutoOffsetReset("earliest");
        kafka.getConfiguration().setMetadataMaxAgeMs(500);
        kafka.getConfiguration().setKeySerializer("org.apache.kafka.common.serialization.ByteArraySerializer");
        kafka.getConfiguration().setValueSerializer("org.apache.kafka.common.serialization.ByteArraySerializer");
        kafka.getConfiguration().setKeyDeserializer("org.apache.kafka.common.serialization.ByteArrayDeserializer");
        kafka.getConfiguration().setValueDeserializer("org.apache.kafka.common.serialization.ByteArrayDeserializer");
        return kafka;
    }
}

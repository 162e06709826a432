package dev.tidewatch.kamelets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.JsonConfiguration;
import dev.tidewatch.audit.LogLines;
import dev.tidewatch.audit.LogProperties;
import dev.tidewatch.changes.RowChange;
import dev.tidewatch.consumer.ChangesConfiguration;
import dev.tidewatch.consumer.ChangesProperties;
import dev.tidewatch.consumer.ColumnGuard;
import dev.tidewatch.consumer.PolledRecords;
import dev.tidewatch.consumer.WatermarkListener;
import dev.tidewatch.database.DatabaseState;
import dev.tidewatch.deadletters.DeadLetterPublisher;
import dev.tidewatch.kafka.Brokers;
import dev.tidewatch.kafka.KafkaClients;
import dev.tidewatch.kafka.PartitionReader;
import dev.tidewatch.kafka.TopicNames;
import dev.tidewatch.kafka.TopicProperties;
import dev.tidewatch.kafka.Topics;
import dev.tidewatch.outbox.UserEvent;
import dev.tidewatch.outbox.UserEventDecoder;
import dev.tidewatch.routefiles.KameletPerRoute;
import dev.tidewatch.routefiles.check.Lint;
import dev.tidewatch.settings.SettingBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.ConnectException;
import java.sql.DataTruncation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.PropertiesSource;
import org.apache.camel.spring.spi.ApplicationContextBeanRepository;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;

/** The source Kamelets and their beans in a plain Camel context, without a broker and a database. */
class SourceKameletsTest {

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final AnnotationConfigApplicationContext beans = new AnnotationConfigApplicationContext();
    private final DefaultCamelContext camel = new DefaultCamelContext(false);
    private final Map<String, Consumer> sources = new HashMap<>();
    /** The rows of processed_events: consumer group and event id. */
    private final Set<List<String>> table = new HashSet<>();
    private final List<Object> handled = new ArrayList<>();
    private RuntimeException insertFailure;

    @BeforeEach
    void start() throws Exception {
        StandardEnvironment settings = Lint.settings();
        beans.setEnvironment(settings);
        beans.getBeanFactory().setConversionService(ApplicationConversionService.getSharedInstance());
        KafkaClients kafka = new KafkaClients(camel) {
            @Override
            public synchronized org.apache.kafka.clients.producer.Producer<byte[], byte[]> producer() {
                return producer;
            }
        };
        beans.registerBean(ChangesProperties.class, () -> SettingBinder.bind(settings, ChangesProperties.class));
        beans.registerBean(LogProperties.class, () -> SettingBinder.bind(settings, LogProperties.class));
        beans.registerBean(TopicNames.class, () -> SettingBinder.bind(settings, TopicNames.class));
        beans.registerBean(TopicProperties.class, () -> SettingBinder.bind(settings, TopicProperties.class));
        beans.registerBean(CamelContext.class, () -> camel);
        beans.registerBean(KafkaClients.class, () -> kafka);
        beans.registerBean(SimpleMeterRegistry.class);
        beans.registerBean(WatermarkListener.class, () -> (watermark, origin) -> { });
        beans.registerBean(ColumnGuard.class, NoColumnGuard::new);
        beans.register(JacksonAutoConfiguration.class, JsonConfiguration.class, ChangesConfiguration.class, LogLines.class,
                UserEventDecoder.class, DeadLetterPublisher.class, DatabaseState.class, PartitionReader.class,
                Topics.class, Brokers.class);
        // Only those beans that the Kamelets call.
        beans.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor());
        beans.scan("dev.tidewatch.consumer");
        beans.refresh();

        camel.getCamelContextExtension().setRegistry(new DefaultRegistry(new ApplicationContextBeanRepository(beans)));
        // The stubs do not have the options of the real components.
        camel.setAutowiredEnabled(false);
        camel.addComponent("kafka", new Stub());
        camel.addComponent("sql", new Stub());
        camel.getPropertiesComponent().addPropertiesSource(new PropertiesSource() {
            @Override
            public String getName() {
                return "settings";
            }

            @Override
            public String getProperty(String name) {
                return name.equals("consumer.workers") ? "1" : settings.getProperty(name);
            }
        });
        camel.addModelLifecycleStrategy(new KameletPerRoute());
        camel.setUseMDCLogging(true);
        camel.start();
        PluginHelper.getRoutesLoader(camel).loadRoutes(
                PluginHelper.getResourceLoader(camel).resolveResource("classpath:camel/consumer/processed-events.camel.yaml"));
    }

    @AfterEach
    void stop() throws Exception {
        camel.close();
        beans.close();
    }

    @Test
    void handlesNewUserEventsAndCommits() throws Exception {
        route("log-them", "user-events-source", exchange -> handled.add(exchange.getMessage().getBody(UserEvent.class).eventId()));

        deliver("user-events", 5, userEvent("a"), userEvent("b"), userEvent("a"));
        deliver("user-events", 8, userEvent("b"), userEvent("c"));

        assertThat(handled).containsExactly("a", "b", "c");
        assertThat(table).as("nothing asks the database").isEmpty();
        assertThat(committed("user-events")).isEqualTo(new OffsetAndMetadata(10, "{\"from\":5}"));
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void passesDuplicatesOnRequest() throws Exception {
        route("log-them", "user-events-source", "{deduplicate: none}",
                exchange -> handled.add(exchange.getMessage().getBody(UserEvent.class).eventId()));

        deliver("user-events", 5, userEvent("a"), userEvent("a"));

        assertThat(handled).containsExactly("a", "a");
        assertThat(committed("user-events")).isEqualTo(new OffsetAndMetadata(7, ""));
    }

    @Test
    void handsTheEventsOfAPollOverTogetherAndThenSinglyIfOneCannotBeHandled() throws Exception {
        route("together", "user-events-source", "{batch: true}", exchange -> {
            List<String> ids = new ArrayList<>();
            exchange.getMessage().getBody(List.class).forEach(event -> ids.add(((UserEvent) event).eventId()));
            if (ids.contains("b")) {
                throw new IllegalStateException();
            }
            handled.add(ids);
        });

        deliver("user-events", 5, userEvent("a"), userEvent("b"), userEvent("c"), "?", userEvent("d"), userEvent("e"));

        assertThat(handled).containsExactly(List.of("a"), List.of("c"), List.of("d", "e"));
        assertThat(producer.history()).extracting(record -> header(record, "offset")).containsExactly("6", "8");
        assertThat(committed("user-events").offset()).isEqualTo(11);
    }

    @Test
    void retriesATransientFailureOfEventsThatAreHandledTogether() throws Exception {
        List<String> failures = new ArrayList<>(List.of("down"));
        route("together", "user-events-source", "{batch: true}", exchange -> {
            if (!failures.isEmpty()) {
                throw new ConnectException(failures.remove(0));
            }
            handled.add(exchange.getMessage().getBody(List.class).size());
        });

        deliver("user-events", 5, userEvent("a"), userEvent("b"));
        assertThat(committed("user-events")).isNull();
        assertThat(consumer.position(partition("user-events"))).isEqualTo(5);
        deliver("user-events", 5, userEvent("a"), userEvent("b"));

        assertThat(handled).containsExactly(2);
        assertThat(committed("user-events").offset()).isEqualTo(7);
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void stopEndsTheRouteOfOneEventOnly() throws Exception {
        route("stopping", "user-events-source", exchange -> {
            handled.add(exchange.getMessage().getBody(UserEvent.class).eventId());
            exchange.setRouteStop(true);
        });

        deliver("user-events", 5, userEvent("a"), userEvent("b"));

        assertThat(handled).containsExactly("a", "b");
        assertThat(committed("user-events").offset()).isEqualTo(7);
    }

    @Test
    void anEventWhoseRouteFailsAndStopsIsNotLost() throws Exception {
        List<String> failures = new ArrayList<>(List.of("down"));
        route("failing", "user-events-source", exchange -> {
            if (!failures.isEmpty()) {
                exchange.setRouteStop(true);
                throw new ConnectException(failures.remove(0));
            }
            handled.add(exchange.getMessage().getBody(UserEvent.class).eventId());
        });

        deliver("user-events", 5, userEvent("a"));
        assertThat(committed("user-events")).isNull();
        deliver("user-events", 5, userEvent("a"));

        assertThat(handled).containsExactly("a");
        assertThat(committed("user-events").offset()).isEqualTo(6);
    }

    @Test
    void anEventWhoseRouteFailsForTheMomentAndStopsIsNotOvertaken() throws Exception {
        List<String> failures = new ArrayList<>(List.of("a"));
        route("failing", "user-events-source", exchange -> {
            String id = exchange.getMessage().getBody(UserEvent.class).eventId();
            if (failures.remove(id)) {
                exchange.setRouteStop(true);
                throw new ConnectException();
            }
            handled.add(id);
        });

        deliver("user-events", 5, userEvent("a"), userEvent("b"));
        assertThat(handled).isEmpty();
        deliver("user-events", 5, userEvent("a"), userEvent("b"));

        assertThat(handled).containsExactly("a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{batch: true}", "{batch: false}"})
    void anEventWhoseRouteAlwaysFailsAndStopsIsADeadLetter(String parameters) throws Exception {
        route("failing", "user-events-source", parameters, exchange -> {
            Object body = exchange.getMessage().getBody();
            List<?> events = body instanceof List<?> list ? list : List.of(body);
            for (Object event : events) {
                String id = ((UserEvent) event).eventId();
                if (!id.equals("a")) {
                    exchange.setRouteStop(true);
                    throw new IllegalStateException(id);
                }
            }
            handled.add("a");
        });

        deliver("user-events", 5, userEvent("b"), userEvent("a"), userEvent("c"));

        assertThat(handled).containsExactly("a");
        assertThat(producer.history()).extracting(record -> header(record, "offset")).containsExactly("5", "7");
        assertThat(committed("user-events").offset()).isEqualTo(8);
    }

    @Test
    void aRouteMayRemovePropertiesAndSetVariables() throws Exception {
        route("cleaning", "user-events-source", "{batch: true}", exchange -> {
            exchange.removeProperties("*");
            exchange.setVariable("poll", "mine");
            List<?> events = exchange.getMessage().getBody(List.class);
            String id = ((UserEvent) events.get(0)).eventId();
            if (events.size() > 1 || id.equals("c")) {
                throw new IllegalStateException();
            }
            handled.add(id);
        });

        deliver("user-events", 5, userEvent("a"), userEvent("b"), userEvent("c"));

        assertThat(handled).containsExactly("a", "b");
        assertThat(producer.history()).extracting(record -> header(record, "offset")).containsExactly("7");
        assertThat(committed("user-events").offset()).isEqualTo(8);
    }

    @Test
    void remembersUserEventsInTheTableOnRequest() throws Exception {
        route("log-them", "user-events-source", "{deduplicate: table}",
                exchange -> handled.add(exchange.getMessage().getBody(UserEvent.class).eventId()));
        table.add(List.of(group(), "known"));

        deliver("user-events", 5, userEvent("a"), userEvent("known"), userEvent("b"), userEvent("a"));

        assertThat(handled).containsExactly("a", "b");
        assertThat(table).containsExactlyInAnyOrder(List.of(group(), "known"), List.of(group(), "a"), List.of(group(), "b"));
        assertThat(committed("user-events")).isEqualTo(new OffsetAndMetadata(9, ""));
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void retriesTransientFailureFromItsEvent() throws Exception {
        List<String> failures = new ArrayList<>(List.of("b", "b"));
        route("flaky", "user-events-source", exchange -> {
            String id = exchange.getMessage().getBody(UserEvent.class).eventId();
            if (failures.remove(id)) {
                throw new ConnectException();
            }
            handled.add(id);
        });

        for (int attempt = 0; attempt < 2; attempt++) {
            deliver("user-events", 5 + attempt, attempt == 0
                    ? new String[] {userEvent("a"), userEvent("b"), userEvent("c")} : new String[] {userEvent("b"), userEvent("c")});
            assertThat(handled).containsExactly("a");
            assertThat(committed("user-events").offset()).isEqualTo(6);
            assertThat(consumer.position(partition("user-events"))).isEqualTo(6);
        }
        deliver("user-events", 6, userEvent("b"), userEvent("c"));

        assertThat(handled).containsExactly("a", "b", "c");
        assertThat(committed("user-events").offset()).isEqualTo(8);
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void bug16CommitsEventsWhoseIdsCanNeverBeStored() throws Exception {
        route("log-them", "user-events-source", "{deduplicate: table}",
                exchange -> handled.add(exchange.getMessage().getBody(UserEvent.class).eventId()));
        insertFailure = new DataIntegrityViolationException("confidential", new DataTruncation(1, true, false, 0, 0));

        deliver("user-events", 5, userEvent("a"), userEvent("b"));

        assertThat(handled).containsExactly("a", "b");
        assertThat(table).isEmpty();
        assertThat(committed("user-events").offset()).isEqualTo(7);
    }

    @Test
    void retriesWhenTheIdsCannotBeStoredNow() throws Exception {
        route("log-them", "user-events-source", "{deduplicate: table}",
                exchange -> handled.add(exchange.getMessage().getBody(UserEvent.class).eventId()));
        insertFailure = new DataAccessResourceFailureException("confidential");

        deliver("user-events", 5, userEvent("a"));
        assertThat(committed("user-events")).isNull();

        insertFailure = null;
        deliver("user-events", 5, userEvent("a"));
        assertThat(handled).containsExactly("a");
        assertThat(committed("user-events").offset()).isEqualTo(6);
    }

    @Test
    void publishesPermanentFailuresAndUnreadableRecords() throws Exception {
        route("broken", "user-events-source", exchange -> {
            if (exchange.getMessage().getBody(UserEvent.class).eventId().equals("b")) {
                throw new IllegalStateException("secret");
            }
            handled.add(exchange.getMessage().getHeader("eventId"));
        });

        deliver("user-events", 5, userEvent("a"), userEvent("b"), "?", userEvent("c"));

        assertThat(handled).containsExactly("a", "c");
        assertThat(committed("user-events").offset()).isEqualTo(9);
        assertThat(producer.history()).extracting(ProducerRecord::topic).containsOnly("user-events.dlq");
        assertThat(producer.history()).extracting(record -> header(record, "route") + " " + header(record, "offset") + " "
                + header(record, "message").replaceFirst(" \\(.*", "")).containsExactly(
                        "broken 6 failed with java.lang.IllegalStateException", "broken 7 not a user event in JSON");
        assertThat(new String(producer.history().get(1).value())).isEqualTo("?");
    }

    @Test
    void retriesWhenADeadLetterCannotBePublished() throws Exception {
        route("broken", "user-events-source", exchange -> {
            throw new IllegalStateException();
        });
        producer.sendException = new TimeoutException();

        deliver("user-events", 5, userEvent("a"));
        assertThat(committed("user-events")).isNull();

        producer.sendException = null;
        deliver("user-events", 5, userEvent("a"));
        assertThat(producer.history()).hasSize(1);
        assertThat(committed("user-events").offset()).isEqualTo(6);
    }

    @Test
    void selectsMasksAndDeduplicatesChanges() throws Exception {
        route("orders", "database-changes-source", "{database: shop, table: order*, operations: INSERT}",
                exchange -> handled.add(exchange.getMessage().getBody(RowChange.class).data().toString()));

        deliver("tidb-cdc-events", 5, change("INSERT", "orders", 1), change("INSERT", "users", 2), change("UPDATE", "orders", 3),
                change("INSERT", "orders", 1), "{\"type\":\"TIDB_WATERMARK\",\"es\":1,\"_tidb\":{\"watermarkTs\":2000}}",
                change("INSERT", "orders", 4));

        assertThat(handled).as("4 is late, but was never seen").containsExactly("{id=1, password=***}", "{id=4, password=***}");
        assertThat(committed("tidb-cdc-events")).isEqualTo(new OffsetAndMetadata(11, "{\"watermark\":2000,\"from\":5}"));
    }

    @Test
    void deadLetterActionEndsTheRouteOfTheEvent() throws Exception {
        camel.getRegistry().bind("handler", (Processor) exchange -> handled.add("not reached"));
        load("""
                - route:
                    id: rejecting
                    from:
                      uri: kamelet:user-events-source
                      steps:
                        - to: {uri: kamelet:dead-letter-action, parameters: {reason: "no mailbox for ${body.username}"}}
                        - process: {ref: handler}
                """);

        deliver("user-events", 5, userEvent("a"), userEvent("b"));

        assertThat(handled).isEmpty();
        assertThat(producer.history()).extracting(record -> header(record, "message"))
                .containsExactly("no mailbox for ann", "no mailbox for ann");
        assertThat(committed("user-events").offset()).isEqualTo(7);
    }

    @Test
    void severalRoutesUseOneSource() throws Exception {
        route("first", "user-events-source", exchange -> handled.add("first"));
        route("second", "user-events-source", exchange -> handled.add("second"));

        assertThat(sources).containsOnlyKeys("first", "second");
    }

    private void route(String id, String source, Processor handler) throws Exception {
        route(id, source, "{}", handler);
    }

    private void route(String id, String source, String parameters, Processor handler) throws Exception {
        camel.getRegistry().bind("handler-" + id, handler);
        load("""
                - route:
                    id: %s
                    from:
                      uri: kamelet:%s
                      parameters: %s
                      steps:
                        - process: {ref: handler-%s}
                """.formatted(id, source, parameters, id));
    }

    private void load(String yaml) throws Exception {
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("test.camel.yaml", yaml));
    }

    /** Delivers a poll to the only route, as Camel's Kafka consumer does. */
    private void deliver(String topic, long offset, String... values) throws Exception {
        TopicPartition partition = partition(topic);
        if (!consumer.assignment().contains(partition)) {
            // MockConsumer forgets the committed offsets at an assignment.
            consumer.assign(List.of(partition));
        }
        consumer.seek(partition, offset + values.length);
        DefaultConsumer source = (DefaultConsumer) sources.values().iterator().next();
        Exchange exchange = source.createExchange(false);
        exchange.getMessage().setBody(PolledRecords.poll(consumer, partition, offset, values));
        source.getProcessor().process(exchange);
        assertThat(exchange.getException()).isNull();
    }

    private String group() {
        return consumer.groupMetadata().groupId();
    }

    private OffsetAndMetadata committed(String topic) {
        return consumer.committed(Set.of(partition(topic))).get(partition(topic));
    }

    private static TopicPartition partition(String topic) {
        return new TopicPartition(topic, 0);
    }

    private static String header(ProducerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader("dead-letter." + name).value());
    }

    private static String userEvent(String id) {
        return """
                {"eventId":"%s","timestamp":"2026-01-01T10:30:00.123Z","action":"LOGOUT","userId":7,"username":"ann",\
                "ipAddress":"127.0.0.1","userAgent":null,"reason":null}""".formatted(id);
    }

    private static String change(String operation, String table, int number) {
        return """
                {"id":0,"database":"shop","table":"%s","pkNames":["id"],"isDdl":false,"type":"%s","es":1786358942713,"ts":1,"sql":"",\
                "sqlType":{"id":4,"password":12},"mysqlType":{"id":"int","password":"varchar"},"old":null,\
                "data":[{"id":"%d","password":"x"}],"_tidb":{"commitTs":100%d}}""".formatted(table, operation, number, number);
    }

    /** Replaces the components kafka and sql. */
    private final class Stub extends DefaultComponent {

        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            parameters.clear();
            return new DefaultEndpoint(uri, this) {
                @Override
                public Producer createProducer() {
                    return new Table(this, remaining);
                }

                @Override
                public Consumer createConsumer(Processor processor) {
                    return new DefaultConsumer(this, processor) {
                        @Override
                        protected void doStart() throws Exception {
                            super.doStart();
                            sources.put(getRouteId().replaceFirst("\\..*", ""), this);
                        }
                    };
                }
            };
        }
    }

    private static final class NoColumnGuard implements ColumnGuard {

        @Override
        public RowChange withoutExcluded(RowChange change) {
            return change;
        }

        @Override
        public byte[] withoutExcluded(byte[] value) {
            return value;
        }
    }

    /** Runs the two statements against {@link #table}. */
    private final class Table extends DefaultProducer {

        private final String statement;

        Table(Endpoint endpoint, String statement) {
            super(endpoint);
            this.statement = statement;
        }

        @Override
        public void process(Exchange exchange) {
            if (statement.endsWith("find-processed-events.sql")) {
                List<?> ids = exchange.getVariable("eventIds", List.class);
                exchange.getMessage().setBody(table.stream().filter(row -> row.get(0).equals(group()) && ids.contains(row.get(1)))
                        .map(row -> Map.of("eventId", row.get(1))).toList());
            } else if (insertFailure != null) {
                throw insertFailure;
            } else {
                List<?> rows = exchange.getMessage().getBody(List.class);
                rows.forEach(row -> table.add(List.of((String) ((Map<?, ?>) row).get("consumer"), (String) ((Map<?, ?>) row)
                        .get("eventId"))));
            }
        }
    }
}

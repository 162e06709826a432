package dev.tidewatch.routefiles.test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.changes.ColumnMask;
import dev.tidewatch.consumer.ConsumedRecord;
import dev.tidewatch.consumer.FailureReason;
import dev.tidewatch.consumer.Polls;
import dev.tidewatch.consumer.TransientFailures;
import dev.tidewatch.deadletters.DeadLetterPublisher;
import dev.tidewatch.kafka.RecordOrigin;
import dev.tidewatch.kamelets.ChangeSelection;
import dev.tidewatch.outbox.UserEvent;
import dev.tidewatch.routefiles.KameletPerRoute;
import dev.tidewatch.routefiles.check.RouteFile;
import dev.tidewatch.routefiles.check.RouteSummary;
import dev.tidewatch.routefiles.test.EndpointStubs.StubConsumer;
import dev.tidewatch.routefiles.test.TestCase.RouteInput;
import dev.tidewatch.routefiles.test.TestCase.RouteOutcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.jackson.JacksonDataFormat;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.AggregateDefinition;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.processor.aggregate.AggregateProcessor;
import org.apache.camel.spi.ComponentResolver;
import org.apache.camel.spi.DataFormatCustomizer;
import org.apache.camel.spi.PropertiesSource;
import org.apache.camel.spring.spi.ApplicationContextBeanRepository;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.util.concurrent.SynchronousExecutorService;
import org.springframework.context.ApplicationContext;
import org.springframework.core.NestedExceptionUtils;

/** Runs one case against the routes of a file, in a Camel context of its own. */
final class TestRun {

    private static final int SHUTDOWN_SECONDS = 5;
    private static final String IS_BATCH = "'{{batch}}' == 'true'";

    private final RouteFile file;
    private final TestCase test;
    private final ApplicationContext beans;
    private final ObjectMapper json;
    private final ColumnMask mask;
    private final TransientFailures transientFailures;
    private final EndpointStubs stubs;
    private final List<String> deadLetters = new ArrayList<>();
    private boolean waits;
    private String fails;
    private JsonNode reply;

    TestRun(RouteFile file, TestCase test, ApplicationContext beans) {
        this.file = file;
        this.test = test;
        this.beans = beans;
        json = beans.getBean(ObjectMapper.class);
        mask = beans.getBean(ColumnMask.class);
        transientFailures = beans.getBean(TransientFailures.class);
        stubs = new EndpointStubs(json, test.answers());
    }

    /**
     * Runs the case.
     *
     * @return a phrase for each difference from the expected outcome
     * @throws Exception if Camel cannot start the routes
     */
    List<String> run(CapturedLines lines) throws Exception {
        lines.restart(file.routes().stream().map(RouteSummary::id).collect(Collectors.toSet()));
        try (DefaultCamelContext camel = context()) {
            camel.start();
            PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("file:" + file.path(), file.text()));
            StubConsumer source = stubs.source(test.route());
            for (int i = 0; i < test.inputs().size() && !waits; i++) {
                send(test.inputs().get(i), i, source);
            }
            completeAggregates(camel);
        }
        List<String> differences = new ArrayList<>(OutcomeDiff.between(test.expected(),
                new RouteOutcome(lines.written(), stubs.sent(), deadLetters, waits, fails, reply)));
        stubs.unanswered().forEach(step -> differences.add("the query of step `%s` has no answer in `answers`".formatted(step)));
        stubs.unused().forEach(to -> differences.add("the answer of `%s` was not used".formatted(to)));
        return differences;
    }

    private DefaultCamelContext context() throws Exception {
        DefaultCamelContext camel = new DefaultCamelContext(false);
        camel.getCamelContextExtension().setRegistry(new DefaultRegistry(new ApplicationContextBeanRepository(beans)));
        // It only rejects events: nothing is published in a test.
        camel.getRegistry().bind("deadLetters", new DeadLetterPublisher(null, null));
        camel.getCamelContextExtension().addContextPlugin(ComponentResolver.class, stubs);
        camel.getPropertiesComponent().addPropertiesSource(new EnvironmentSource());
        camel.addModelLifecycleStrategy(new KameletPerRoute());
        camel.addModelLifecycleStrategy(new SynchronousAggregates());
        // As in application.yaml.
        camel.getRegistry().bind("jackson", DataFormatCustomizer.class,
                DataFormatCustomizer.forType(JacksonDataFormat.class, format -> format.setAutoDiscoverObjectMapper(true)));
        camel.setUseMDCLogging(true);
        // Camel would autowire the stub components.
        camel.setAutowiredEnabled(false);
        camel.getShutdownStrategy().setTimeout(SHUTDOWN_SECONDS);
        camel.addRoutes(new KameletStubs());
        return camel;
    }

    private void send(RouteInput input, int index, StubConsumer source) throws Exception {
        Exchange exchange = source.createExchange(true);
        if (input.event() != null) {
            String topic = input.event() instanceof UserEvent ? "topics.user-events" : "topics.database-changes";
            ConsumedRecord record = ConsumedRecord.of(input.event(),
                    new RecordOrigin(beans.getEnvironment().getRequiredProperty(topic), 0, index), test.route());
            exchange.setProperty(Polls.RECORD, record);
            exchange.getExchangeExtension().setTransacted(true);
            record.copyTo(exchange.getMessage());
        } else {
            JsonNode body = input.message().path("body");
            exchange.setPattern(ExchangePattern.InOut);
            exchange.getMessage().setBody(body.isContainerNode() ? body.toString() : TestValues.plain(body));
            exchange.getMessage().setHeaders(new HashMap<>(TestValues.map(input.message().path("headers"))));
        }
        source.createUoW(exchange);
        source.getProcessor().process(exchange);
        classify(input.event() != null, exchange.getException());
        reply = json.createObjectNode().<ObjectNode>set("body", EndpointStubs.tree(exchange.getMessage(), json))
                .set("headers", json.valueToTree(EndpointStubs.headers(exchange.getMessage())));
        source.doneUoW(exchange);
    }

    /** Hands an event over as the source Kamelets do with {@code batch}: in a list, without its headers. */
    private static void putIntoList(Exchange exchange) {
        ConsumedRecord record = exchange.getProperty(Polls.RECORD, ConsumedRecord.class);
        exchange.setProperty(Polls.RECORDS, List.of(record));
        exchange.getMessage().setBody(List.of(exchange.getMessage().getBody()));
        exchange.getMessage().removeHeaders("event*");
    }

    /** Classifies a failure as the source Kamelets do. */
    private void classify(boolean isEvent, Exception failure) {
        if (failure == null) {
            return;
        }
        if (!isEvent) {
            fails = NestedExceptionUtils.getMostSpecificCause(failure).getClass().getName();
        } else if (transientFailures.include(failure)) {
            waits = true;
        } else {
            deadLetters.add(FailureReason.of(failure));
        }
    }

    /** Aggregates get no further events. */
    private static void completeAggregates(DefaultCamelContext camel) {
        for (RouteDefinition route : camel.getRouteDefinitions()) {
            aggregates(route).forEach(aggregate ->
                    camel.getProcessor(aggregate.getId(), AggregateProcessor.class).forceCompletionOfAllGroups());
        }
    }

    private static Collection<AggregateDefinition> aggregates(RouteDefinition route) {
        return ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), AggregateDefinition.class);
    }

    /** Continues aggregates in the thread that completes them, so that the case waits for them. */
    private static final class SynchronousAggregates extends ModelLifecycleStrategySupport {

        @Override
        public void onAddRouteDefinition(RouteDefinition route) {
            aggregates(route).forEach(aggregate -> aggregate.executorService(new SynchronousExecutorService()));
        }
    }

    /** The source Kamelets, which emit the inputs of the test, and {@code dead-letter-action}, which records the reason. */
    private final class KameletStubs extends RouteBuilder {

        @Override
        public void configure() {
            routeTemplate("dead-letter-action").templateParameter("reason")
                    .from("kamelet:source").errorHandler(noErrorHandler())
                    .setVariable("reason", simple("{{reason}}"))
                    .bean("deadLetters", "reject")
                    .process(exchange -> deadLetters.add(
                            FailureReason.of(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class))))
                    .stop();
            routeTemplate("user-events-source")
                    .templateParameter("batch", "false")
                    .from(EndpointStubs.SOURCE + ":{{" + KameletPerRoute.OF_ROUTE + "}}").errorHandler(noErrorHandler())
                    .choice().when(simple(IS_BATCH)).process(TestRun::putIntoList).end()
                    .to("kamelet:sink");
            routeTemplate("database-changes-source")
                    .templateParameter("database", "*").templateParameter("table", "*")
                    .templateParameter("operations", "INSERT,UPDATE,DELETE").templateParameter("mask", "true")
                    .templateParameter("incomplete", "dead-letter").templateParameter("batch", "false")
                    .templateBean("selection", ChangeSelection.class, parameters -> new ChangeSelection(mask,
                            parameters.getProperty("database").toString(), parameters.getProperty("table").toString(),
                            parameters.getProperty("operations").toString(),
                            Boolean.parseBoolean(parameters.getProperty("mask").toString()),
                            parameters.getProperty("incomplete").toString()))
                    .from(EndpointStubs.SOURCE + ":{{" + KameletPerRoute.OF_ROUTE + "}}").errorHandler(noErrorHandler())
                    .filter().method("{{selection}}", "selects")
                    .bean("{{selection}}", "rejectIncomplete")
                    .bean("{{selection}}", "maskColumns")
                    .choice().when(simple(IS_BATCH)).process(TestRun::putIntoList).end()
                    .to("kamelet:sink");
        }
    }

    /** Resolves placeholders with the application's settings. */
    private final class EnvironmentSource implements PropertiesSource {

        @Override
        public String getName() {
            return "settings";
        }

        @Override
        public String getProperty(String name) {
            return beans.getEnvironment().getProperty(name);
        }
    }
}

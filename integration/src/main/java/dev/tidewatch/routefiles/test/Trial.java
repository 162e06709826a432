package dev.tidewatch.routefiles.test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.kamelets.ChangeSelection;
import dev.tidewatch.changes.ColumnMask;
import dev.tidewatch.consumer.ConsumedRecord;
import dev.tidewatch.kafka.KafkaClients;
import dev.tidewatch.consumer.Polls;
import dev.tidewatch.kafka.RecordOrigin;
import dev.tidewatch.consumer.TransientFailures;
import dev.tidewatch.deadletters.DeadLetterPublisher;
import dev.tidewatch.outbox.UserEvent;
import dev.tidewatch.routefiles.KameletPerRoute;
import dev.tidewatch.routefiles.check.RouteFile;
import dev.tidewatch.routefiles.check.RouteSummary;
import dev.tidewatch.routefiles.test.StandIns.Source;
import dev.tidewatch.routefiles.test.TestCase.Done;
import dev.tidewatch.routefiles.test.TestCase.Given;
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

/** One case, run against the real routes of a file in a context of its own. */
final class Trial {

    private static final int SHUTDOWN_SECONDS = 5;

    private final RouteFile file;
    private final TestCase test;
    private final ApplicationContext beans;
    private final ObjectMapper json;
    private final ColumnMask mask;
    private final TransientFailures transientFailures;
    private final StandIns standIns;
    private final List<String> deadLetters = new ArrayList<>();
    private boolean waits;
    private String fails;
    private JsonNode reply;

    Trial(RouteFile file, TestCase test, ApplicationContext beans) {
        this.file = file;
        this.test = test;
        this.beans = beans;
        json = beans.getBean(ObjectMapper.class);
        mask = beans.getBean(ColumnMask.class);
        transientFailures = beans.getBean(TransientFailures.class);
        standIns = new StandIns(json, test.answers());
    }

    /**
     * What is not as expected, a phrase each.
     *
     * @throws Exception when Camel cannot start the routes
     */
    List<String> run(CapturedLines lines) throws Exception {
        lines.of(file.routes().stream().map(RouteSummary::id).collect(Collectors.toSet()));
        try (DefaultCamelContext camel = context()) {
            camel.start();
            PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("file:" + file.path(), file.text()));
            Source source = standIns.source(test.route());
            for (int i = 0; i < test.given().size() && !waits; i++) {
                give(test.given().get(i), i, source);
            }
            completeAggregates(camel);
        }
        List<String> differences = new ArrayList<>(Differences.between(test.expected(),
                new Done(lines.written(), standIns.sent(), deadLetters, waits, fails, reply)));
        standIns.unanswered().forEach(step -> differences.add("the query of the step `%s` has no answer".formatted(step)));
        standIns.unasked().forEach(to -> differences.add("nothing asked for the answer of `%s`".formatted(to)));
        return differences;
    }

    private DefaultCamelContext context() throws Exception {
        DefaultCamelContext camel = new DefaultCamelContext(false);
        camel.getCamelContextExtension().setRegistry(new DefaultRegistry(new ApplicationContextBeanRepository(beans)));
        camel.getRegistry().bind("deadLetters", new DeadLetterPublisher(new KafkaClients(camel)));
        camel.getCamelContextExtension().addContextPlugin(ComponentResolver.class, standIns);
        camel.getPropertiesComponent().addPropertiesSource(new Settings());
        camel.addModelLifecycleStrategy(new KameletPerRoute());
        camel.addModelLifecycleStrategy(new AggregatesAtOnce());
        // As application.yaml has it.
        camel.getRegistry().bind("jackson", DataFormatCustomizer.class,
                DataFormatCustomizer.forType(JacksonDataFormat.class, format -> format.setAutoDiscoverObjectMapper(true)));
        camel.setUseMDCLogging(true);
        // Camel would give stand-ins what their components want.
        camel.setAutowiredEnabled(false);
        camel.getShutdownStrategy().setTimeout(SHUTDOWN_SECONDS);
        camel.addRoutes(new BuildingBlocks());
        return camel;
    }

    private void give(Given given, int index, Source source) throws Exception {
        Exchange exchange = source.createExchange(true);
        if (given.event() != null) {
            String topic = given.event() instanceof UserEvent ? "topics.user-events" : "topics.database-changes";
            ConsumedRecord record = ConsumedRecord.of(given.event(),
                    new RecordOrigin(beans.getEnvironment().getRequiredProperty(topic), 0, index), test.route());
            exchange.setProperty(Polls.RECORD, record);
            exchange.getExchangeExtension().setTransacted(true);
            record.describe(exchange.getMessage());
        } else {
            JsonNode body = given.message().path("body");
            exchange.setPattern(ExchangePattern.InOut);
            exchange.getMessage().setBody(body.isContainerNode() ? body.toString() : Values.plain(body));
            exchange.getMessage().setHeaders(new HashMap<>(Values.map(given.message().path("headers"))));
        }
        source.createUoW(exchange);
        source.getProcessor().process(exchange);
        judge(given.event() != null, exchange.getException());
        reply = json.createObjectNode().<ObjectNode>set("body", StandIns.tree(exchange.getMessage(), json))
                .set("headers", json.valueToTree(StandIns.headers(exchange.getMessage())));
        source.doneUoW(exchange);
    }

    /** As the sources do. */
    private void judge(boolean isEvent, Exception failure) {
        if (failure == null) {
            return;
        }
        if (!isEvent) {
            fails = NestedExceptionUtils.getMostSpecificCause(failure).getClass().getName();
        } else if (transientFailures.include(failure)) {
            waits = true;
        } else {
            deadLetters.add(DeadLetterPublisher.reason(failure));
        }
    }

    /** What waits for more events will get none. */
    private static void completeAggregates(DefaultCamelContext camel) {
        for (RouteDefinition route : camel.getRouteDefinitions()) {
            aggregates(route).forEach(aggregate ->
                    camel.getProcessor(aggregate.getId(), AggregateProcessor.class).forceCompletionOfAllGroups());
        }
    }

    private static Collection<AggregateDefinition> aggregates(RouteDefinition route) {
        return ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), AggregateDefinition.class);
    }

    /** Lets aggregates go on in the thread that completes them, so that it is known when they are done. */
    private static final class AggregatesAtOnce extends ModelLifecycleStrategySupport {

        @Override
        public void onAddRouteDefinition(RouteDefinition route) {
            aggregates(route).forEach(aggregate -> aggregate.executorService(new SynchronousExecutorService()));
        }
    }

    /** The sources, which give what the test gives, and the end of {@code dead-letter-action}. */
    private final class BuildingBlocks extends RouteBuilder {

        @Override
        public void configure() {
            from("direct:dead-letter").routeId("dead-letter")
                    .process(exchange -> deadLetters.add(DeadLetterPublisher.reason(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class))));
            routeTemplate("user-events-source")
                    .from(StandIns.SOURCE + ":{{" + KameletPerRoute.OF_ROUTE + "}}").errorHandler(noErrorHandler())
                    .to("kamelet:sink");
            routeTemplate("database-changes-source")
                    .templateParameter("database", "*").templateParameter("table", "*")
                    .templateParameter("operations", "INSERT,UPDATE,DELETE").templateParameter("mask", "true")
                    .templateBean("selection", ChangeSelection.class, parameters -> new ChangeSelection(mask,
                            parameters.getProperty("database").toString(), parameters.getProperty("table").toString(),
                            parameters.getProperty("operations").toString(), Boolean.parseBoolean(parameters.getProperty("mask").toString())))
                    .from(StandIns.SOURCE + ":{{" + KameletPerRoute.OF_ROUTE + "}}").errorHandler(noErrorHandler())
                    .filter().method("{{selection}}", "wants")
                    .bean("{{selection}}", "mask")
                    .to("kamelet:sink");
        }
    }

    /** The settings of the application, for placeholders. */
    private final class Settings implements PropertiesSource {

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

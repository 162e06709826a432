package dev.tidewatch.routefiles.test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.sql.DefaultSqlPrepareStatementStrategy;
import org.apache.camel.impl.engine.DefaultComponentResolver;
import org.apache.camel.spi.ComponentResolver;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;

/**
 * Replaces every component that accesses external systems: consumers emit the inputs of a test, and producers record what is sent and reply
 * with the answers of the test.
 */
final class EndpointStubs implements ComponentResolver {

    /** The scheme of the source Kamelets; the path is the id of the route. */
    static final String SOURCE = "source-of";

    /** Components without external systems. */
    private static final Set<String> REAL = Set.of("kamelet", "bean", "direct", "seda", "log", "validator", "json-validator");
    private static final Set<String> HTTP = Set.of("http", "https");
    private static final int OK = 200;

    private final ComponentResolver real = new DefaultComponentResolver();
    private final ObjectMapper json;
    private final Map<String, JsonNode> answers;
    private final Set<String> used = ConcurrentHashMap.newKeySet();
    private final List<JsonNode> sent = new CopyOnWriteArrayList<>();
    private final List<String> unanswered = new CopyOnWriteArrayList<>();
    private final Map<String, StubConsumer> sources = new ConcurrentHashMap<>();

    EndpointStubs(ObjectMapper json, Map<String, JsonNode> answers) {
        this.json = json;
        this.answers = answers;
    }

    /** The sent messages, in order. */
    List<JsonNode> sent() {
        return List.copyOf(sent);
    }

    /** The steps whose query has no answer in the test. */
    List<String> unanswered() {
        return List.copyOf(unanswered);
    }

    /** The answers that no endpoint used. */
    List<String> unused() {
        return answers.keySet().stream().filter(to -> !used.contains(to)).toList();
    }

    /** The consumer of a route. */
    StubConsumer source(String routeId) {
        return sources.get(routeId);
    }

    @Override
    public Component resolveComponent(String name, CamelContext context) throws Exception {
        return REAL.contains(name) ? real.resolveComponent(name, context) : new StubComponent(context, name);
    }

    private final class StubComponent extends DefaultComponent {

        private final String scheme;

        StubComponent(CamelContext context, String scheme) {
            super(context);
            this.scheme = scheme;
        }

        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            Map<String, Object> options = new LinkedHashMap<>(parameters);
            parameters.clear();
            return new StubEndpoint(uri, this, scheme, remaining, options);
        }
    }

    private final class StubEndpoint extends DefaultEndpoint {

        private final String scheme;
        private final String remaining;
        private final Map<String, Object> options;

        StubEndpoint(String uri, Component component, String scheme, String remaining, Map<String, Object> options) {
            super(uri, component);
            this.scheme = scheme;
            this.remaining = remaining;
            this.options = options;
        }

        @Override
        public Producer createProducer() {
            return new StubProducer(this);
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            return new StubConsumer(this, processor);
        }

        @Override
        public boolean isLenientProperties() {
            return true;
        }

        /** The URI without options, as in a route file. */
        String name() {
            return HTTP.contains(scheme) && remaining.startsWith("http") ? remaining
                    : scheme + ":" + (HTTP.contains(scheme) ? "//" : "") + remaining;
        }
    }

    /** The consumer at the start of a route. */
    final class StubConsumer extends DefaultConsumer {

        private final StubEndpoint endpoint;

        StubConsumer(StubEndpoint endpoint, Processor processor) {
            super(endpoint, processor);
            this.endpoint = endpoint;
        }

        @Override
        protected void doStart() throws Exception {
            super.doStart();
            sources.put(endpoint.scheme.equals(SOURCE) ? endpoint.remaining : getRouteId(), this);
        }
    }

    private final class StubProducer extends DefaultProducer {

        private final StubEndpoint endpoint;

        StubProducer(StubEndpoint endpoint) {
            super(endpoint);
            this.endpoint = endpoint;
        }

        @Override
        public void process(Exchange exchange) throws Exception {
            String step = exchange.getExchangeExtension().getHistoryNodeId();
            JsonNode answer = answer(step, endpoint.name());
            if (endpoint.scheme.equals("sql") && endpoint.remaining.strip().toUpperCase(Locale.ROOT).startsWith("SELECT")) {
                if (answer == null) {
                    unanswered.add(step);
                }
            } else {
                sent.add(recorded(step, exchange));
            }
            reply(answer == null ? json.createObjectNode() : answer, exchange);
        }

        private JsonNode recorded(String step, Exchange exchange) throws SQLException, IOException {
            Message message = exchange.getMessage();
            ObjectNode record = json.createObjectNode().put("step", step).put("to", to(message));
            if (HTTP.contains(endpoint.scheme)) {
                record.put("method", method(message));
            }
            if (endpoint.scheme.equals("kafka") && message.getHeader(KafkaConstants.KEY) != null) {
                record.put("key", message.getHeader(KafkaConstants.KEY, String.class));
            }
            if (endpoint.scheme.equals("sql")) {
                record.set("parameters", json.valueToTree(parameters(exchange)));
            }
            record.set("headers", json.valueToTree(headers(message)));
            record.set("body", tree(message, json));
            return record;
        }

        /** The target; Camel passes a path that is computed from the message in a header. */
        private String to(Message message) {
            String path = HTTP.contains(endpoint.scheme) ? message.getHeader(Exchange.HTTP_PATH, String.class) : null;
            return path == null ? endpoint.name() : endpoint.name().replaceFirst("/$", "") + "/" + path.replaceFirst("^/", "");
        }

        private String method(Message message) {
            Object option = endpoint.options.get("httpMethod");
            String header = message.getHeader(Exchange.HTTP_METHOD, String.class);
            return option != null ? option.toString() : header != null ? header : message.getBody() == null ? "GET" : "POST";
        }

        private Iterable<?> parameters(Exchange exchange) throws SQLException {
            DefaultSqlPrepareStatementStrategy strategy = new DefaultSqlPrepareStatementStrategy();
            // As the SQL component replaces its placeholders.
            String query = endpoint.remaining.replace("#", "?");
            String prepared = strategy.prepareQuery(query, true, exchange);
            int expected = (int) prepared.chars().filter(c -> c == '?').count();
            if (expected == 0) {
                return List.of();
            }
            Iterator<?> values = strategy.createPopulateIterator(query, prepared, expected, exchange, exchange.getMessage().getBody());
            return () -> (Iterator<Object>) values;
        }

        private void reply(JsonNode answer, Exchange exchange) throws Exception {
            Message message = exchange.getMessage();
            if (answer.has("fails")) {
                throw failure(answer.get("fails").asText()).orElseThrow();
            }
            if (HTTP.contains(endpoint.scheme)) {
                message.setHeader(Exchange.HTTP_RESPONSE_CODE, OK);
            }
            answer.path("headers").fields().forEachRemaining(header ->
                    message.setHeader(header.getKey(), TestValues.plain(header.getValue())));
            Object header = endpoint.options.get("outputHeader");
            if (endpoint.scheme.equals("sql")) {
                if (answer.has("body") && header != null) {
                    message.setHeader(header.toString(), TestValues.plain(answer.get("body")));
                } else if (answer.has("body")) {
                    message.setBody(TestValues.plain(answer.get("body")));
                }
            } else if (HTTP.contains(endpoint.scheme) || answer.has("body")) {
                JsonNode body = answer.path("body");
                message.setBody(body.isContainerNode() ? body.toString() : body.isMissingNode() || body.isNull() ? "" : body.asText());
            }
        }
    }

    private JsonNode answer(String step, String name) {
        for (String to : List.of(step, name)) {
            if (answers.containsKey(to)) {
                used.add(to);
                return answers.get(to);
            }
        }
        return null;
    }

    /** The headers of a message, without Camel's internal ones. */
    static Map<String, Object> headers(Message message) {
        Map<String, Object> headers = new LinkedHashMap<>(message.getHeaders());
        headers.keySet().removeIf(name -> name.startsWith("kafka.")
                || name.startsWith("Camel") && !name.equals(Exchange.HTTP_RESPONSE_CODE));
        return headers;
    }

    /** The body of a message as JSON, or as text if it is not JSON. */
    static JsonNode tree(Message message, ObjectMapper json) throws IOException {
        Object body = message.getBody();
        if (body == null || body instanceof Map<?, ?> || body instanceof Iterable<?> || body instanceof Number || body instanceof Boolean
                || body.getClass().getName().startsWith("dev.tidewatch.")) {
            return json.valueToTree(body);
        }
        String text = message.getBody(String.class);
        try {
            JsonNode tree = json.readTree(text);
            return tree.isContainerNode() ? tree : json.valueToTree(text);
        } catch (IOException e) {
            return json.valueToTree(text);
        }
    }

    /** A new exception of this class; empty if it cannot be created. */
    static Optional<Exception> failure(String type) {
        try {
            Class<? extends Exception> exception = Class.forName(type).asSubclass(Exception.class);
            for (Constructor<?> constructor : exception.getConstructors()) {
                if (List.of(constructor.getParameterTypes()).equals(List.of(String.class))) {
                    return Optional.of((Exception) constructor.newInstance("thrown by the test"));
                }
            }
            return Optional.of(exception.getConstructor().newInstance());
        } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
            return Optional.empty();
        }
    }
}

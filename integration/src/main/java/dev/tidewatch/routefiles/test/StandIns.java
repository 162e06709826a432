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
 * Stands in for every component that reaches outside: its consumers give what a test gives them, and its producers note what is sent and
 * answer what the test says.
 */
final class StandIns implements ComponentResolver {

    /** The scheme of the sources that are Kamelets; the path is the id of the route. */
    static final String SOURCE = "source-of";

    /** Components that stay within the process. */
    private static final Set<String> REAL = Set.of("kamelet", "bean", "direct", "seda", "log", "validator", "json-validator");
    private static final Set<String> HTTP = Set.of("http", "https");
    private static final int OK = 200;

    private final ComponentResolver real = new DefaultComponentResolver();
    private final ObjectMapper json;
    private final Map<String, JsonNode> answers;
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final List<JsonNode> sent = new CopyOnWriteArrayList<>();
    private final List<String> unanswered = new CopyOnWriteArrayList<>();
    private final Map<String, Source> sources = new ConcurrentHashMap<>();

    StandIns(ObjectMapper json, Map<String, JsonNode> answers) {
        this.json = json;
        this.answers = answers;
    }

    /** What was sent, in this order. */
    List<JsonNode> sent() {
        return List.copyOf(sent);
    }

    /** The queries that the test has no answer for. */
    List<String> unanswered() {
        return List.copyOf(unanswered);
    }

    /** The answers that nobody asked for. */
    List<String> unasked() {
        return answers.keySet().stream().filter(to -> !asked.contains(to)).toList();
    }

    /** The source of a route. */
    Source source(String routeId) {
        return sources.get(routeId);
    }

    @Override
    public Component resolveComponent(String name, CamelContext context) throws Exception {
        return REAL.contains(name) ? real.resolveComponent(name, context) : new StandIn(context, name);
    }

    private final class StandIn extends DefaultComponent {

        private final String scheme;

        StandIn(CamelContext context, String scheme) {
            super(context);
            this.scheme = scheme;
        }

        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            Map<String, Object> options = new LinkedHashMap<>(parameters);
            parameters.clear();
            return new Place(uri, this, scheme, remaining, options);
        }
    }

    /** An endpoint. */
    private final class Place extends DefaultEndpoint {

        private final String scheme;
        private final String remaining;
        private final Map<String, Object> options;

        Place(String uri, Component component, String scheme, String remaining, Map<String, Object> options) {
            super(uri, component);
            this.scheme = scheme;
            this.remaining = remaining;
            this.options = options;
        }

        @Override
        public Producer createProducer() {
            return new Sink(this);
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            return new Source(this, processor);
        }

        @Override
        public boolean isLenientProperties() {
            return true;
        }

        /** Without options, as it stands in a route file. */
        String name() {
            return HTTP.contains(scheme) && remaining.startsWith("http") ? remaining
                    : scheme + ":" + (HTTP.contains(scheme) ? "//" : "") + remaining;
        }
    }

    /** Where a route begins. */
    final class Source extends DefaultConsumer {

        private final Place place;

        Source(Place place, Processor processor) {
            super(place, processor);
            this.place = place;
        }

        @Override
        protected void doStart() throws Exception {
            super.doStart();
            sources.put(place.scheme.equals(SOURCE) ? place.remaining : getRouteId(), this);
        }
    }

    private final class Sink extends DefaultProducer {

        private final Place place;

        Sink(Place place) {
            super(place);
            this.place = place;
        }

        @Override
        public void process(Exchange exchange) throws Exception {
            String step = exchange.getExchangeExtension().getHistoryNodeId();
            JsonNode answer = answer(step, place.name());
            if (place.scheme.equals("sql") && place.remaining.strip().toUpperCase(Locale.ROOT).startsWith("SELECT")) {
                if (answer == null) {
                    unanswered.add(step);
                }
            } else {
                sent.add(note(step, exchange));
            }
            give(answer == null ? json.createObjectNode() : answer, exchange);
        }

        private JsonNode note(String step, Exchange exchange) throws SQLException, IOException {
            Message message = exchange.getMessage();
            ObjectNode note = json.createObjectNode().put("step", step).put("to", to(message));
            if (HTTP.contains(place.scheme)) {
                note.put("method", method(message));
            }
            if (place.scheme.equals("kafka") && message.getHeader(KafkaConstants.KEY) != null) {
                note.put("key", message.getHeader(KafkaConstants.KEY, String.class));
            }
            if (place.scheme.equals("sql")) {
                note.set("parameters", json.valueToTree(parameters(exchange)));
            }
            note.set("headers", json.valueToTree(headers(message)));
            note.set("body", tree(message, json));
            return note;
        }

        /** Where it would go; Camel hands a path that is made of the message on in a header. */
        private String to(Message message) {
            String path = HTTP.contains(place.scheme) ? message.getHeader(Exchange.HTTP_PATH, String.class) : null;
            return path == null ? place.name() : place.name().replaceFirst("/$", "") + "/" + path.replaceFirst("^/", "");
        }

        private String method(Message message) {
            Object option = place.options.get("httpMethod");
            String header = message.getHeader(Exchange.HTTP_METHOD, String.class);
            return option != null ? option.toString() : header != null ? header : message.getBody() == null ? "GET" : "POST";
        }

        private Iterable<?> parameters(Exchange exchange) throws SQLException {
            DefaultSqlPrepareStatementStrategy strategy = new DefaultSqlPrepareStatementStrategy();
            // As the component itself reads its marks.
            String query = place.remaining.replace("#", "?");
            String prepared = strategy.prepareQuery(query, true, exchange);
            int expected = (int) prepared.chars().filter(c -> c == '?').count();
            if (expected == 0) {
                return List.of();
            }
            Iterator<?> values = strategy.createPopulateIterator(query, prepared, expected, exchange, exchange.getMessage().getBody());
            return () -> (Iterator<Object>) values;
        }

        private void give(JsonNode answer, Exchange exchange) throws Exception {
            Message message = exchange.getMessage();
            if (answer.has("fails")) {
                throw failure(answer.get("fails").asText()).orElseThrow();
            }
            if (HTTP.contains(place.scheme)) {
                message.setHeader(Exchange.HTTP_RESPONSE_CODE, OK);
            }
            answer.path("headers").fields().forEachRemaining(header ->
                    message.setHeader(header.getKey(), Values.plain(header.getValue())));
            Object header = place.options.get("outputHeader");
            if (place.scheme.equals("sql")) {
                if (answer.has("body") && header != null) {
                    message.setHeader(header.toString(), Values.plain(answer.get("body")));
                } else if (answer.has("body")) {
                    message.setBody(Values.plain(answer.get("body")));
                }
            } else if (HTTP.contains(place.scheme) || answer.has("body")) {
                JsonNode body = answer.path("body");
                message.setBody(body.isContainerNode() ? body.toString() : body.isMissingNode() || body.isNull() ? "" : body.asText());
            }
        }
    }

    private JsonNode answer(String step, String name) {
        for (String to : List.of(step, name)) {
            if (answers.containsKey(to)) {
                asked.add(to);
                return answers.get(to);
            }
        }
        return null;
    }

    /** The headers of a message that are not Camel's own. */
    static Map<String, Object> headers(Message message) {
        Map<String, Object> headers = new LinkedHashMap<>(message.getHeaders());
        headers.keySet().removeIf(name -> name.startsWith("kafka.")
                || name.startsWith("Camel") && !name.equals(Exchange.HTTP_RESPONSE_CODE));
        return headers;
    }

    /** The body of a message as JSON; what is none is text. */
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

    /** A new exception of a class; empty when there can be none. */
    static Optional<Exception> failure(String type) {
        try {
            Class<? extends Exception> exception = Class.forName(type).asSubclass(Exception.class);
            for (Constructor<?> constructor : exception.getConstructors()) {
                if (List.of(constructor.getParameterTypes()).equals(List.of(String.class))) {
                    return Optional.of((Exception) constructor.newInstance("as the test says"));
                }
            }
            return Optional.of(exception.getConstructor().newInstance());
        } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
            return Optional.empty();
        }
    }
}

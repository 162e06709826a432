package dev.tidewatch.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.tidewatch.Unicode;
import dev.tidewatch.http.ProblemException.FieldError;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.spi.RestClientRequestValidator;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/**
 * Validates the query parameters, the media type and the body of a request against the schemas of its operation in {@code openapi.yaml}.
 * Camel calls it before the route of the operation. The response names each invalid field; unknown query parameters are ignored.
 * OpenAPI 3.1 schemas are JSON Schema 2020-12, so a JSON Schema validator reads them unchanged.
 */
@Component
class ContractValidator implements RestClientRequestValidator {

    private static final ObjectReader STRICT_JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    /** Jackson's message for a duplicate name in an object. */
    private static final Pattern DUPLICATE = Pattern.compile("Duplicate field '(\\w{1,64})'");

    private final JsonNode contract;
    private final JsonSchema document;
    private final Map<String, Optional<JsonSchema>> schemas = new ConcurrentHashMap<>();
    private final Problems problems;

    ContractValidator(@Value("classpath:camel/http/openapi.yaml") Resource openapi, Problems problems) throws IOException {
        try (InputStream stream = openapi.getInputStream()) {
            contract = new YAMLMapper().readTree(stream);
        }
        // The keywords around the schemas are not JSON Schema.
        JsonMetaSchema dialect = JsonMetaSchema.builder(JsonMetaSchema.getV202012())
                .unknownKeywordFactory((keyword, context) -> new NonValidationKeyword(keyword))
                .build();
        document = JsonSchemaFactory.builder(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012))
                .metaSchema(dialect)
                .defaultMetaSchemaIri(dialect.getIri())
                .build()
                .getSchema(SchemaLocation.of("urn:tidewatch:openapi"), contract);
        this.problems = problems;
    }

    @Override
    public ValidationError validate(Exchange exchange, ValidationContext context) {
        return validateParameters(exchange)
                .or(() -> bodySchema(exchange).flatMap(schema -> validate(exchange, schema)))
                .map(problem -> refuse(exchange, problem))
                .orElse(null);
    }

    /** Validates parameters as text; the contract has no other types. */
    private Optional<ProblemException> validateParameters(Exchange exchange) {
        String pointer = operation(exchange) + "/parameters";
        HttpServletRequest request = exchange.getMessage().getHeader(Exchange.HTTP_SERVLET_REQUEST, HttpServletRequest.class);
        List<FieldError> errors = new ArrayList<>();
        for (int i = 0; i < contract.at(pointer).size(); i++) {
            String name = contract.at(pointer).path(i).path("name").asText();
            String[] values = Optional.ofNullable(request.getParameterValues(name)).orElse(new String[0]);
            if (values.length > 1) {
                errors.add(new FieldError(name, "must be given only once"));
            } else if (values.length == 1) {
                schema(pointer + '/' + i + "/schema").orElseThrow().validate(TextNode.valueOf(values[0])).stream()
                        .map(message -> new FieldError(name, fieldError(message).detail())).forEach(errors::add);
            }
        }
        return asProblem(errors);
    }

    private Optional<ProblemException> validate(Exchange exchange, JsonSchema schema) {
        byte[] body = body(exchange);
        if (new String(body, StandardCharsets.UTF_8).isBlank()) {
            return Optional.of(malformed("", "The body is empty; send a JSON object."));
        }
        if (!isJson(exchange.getMessage().getHeader(Exchange.CONTENT_TYPE, String.class))) {
            return Optional.of(new ProblemException(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json."));
        }
        try {
            // Reports invalid UTF-8; Jackson accepts some of it.
            JsonNode request = STRICT_JSON.readValue(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
            List<FieldError> illFormed = new ArrayList<>();
            collectIllFormed(request, "", illFormed);
            return asProblem(illFormed)
                    .or(() -> asProblem(schema.validate(request).stream().map(this::fieldError).distinct().toList()));
        } catch (CharacterCodingException e) {
            return Optional.of(malformed("", "The body is not UTF-8."));
        } catch (JsonProcessingException e) {
            Matcher duplicate = DUPLICATE.matcher(e.getOriginalMessage());
            if (duplicate.find()) {
                return Optional.of(malformed(duplicate.group(1), "The body has a duplicate field."));
            }
            if (e instanceof StreamConstraintsException) {
                return Optional.of(malformed("", "The body is too deep, or has a number with too many digits."));
            }
            return Optional.of(malformed("", "The body is not a JSON object (line %d, column %d)."
                    .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr())));
        }
    }

    /** The bytes of the body, which the route reads again. */
    private static byte[] body(Exchange exchange) {
        try {
            return exchange.getMessage().getHeader(Exchange.HTTP_SERVLET_REQUEST, HttpServletRequest.class).getInputStream().readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("RequestBodyLimit keeps the body in memory", e);
        }
    }

    /** Adds an error for each field, at any depth, whose name or value has an unpaired surrogate. */
    private static void collectIllFormed(JsonNode value, String field, List<FieldError> errors) {
        if (value.isTextual() && !Unicode.isWellFormed(value.textValue())) {
            errors.add(new FieldError(field, "must be Unicode text, without unpaired surrogates"));
        }
        value.properties().forEach(entry -> {
            if (!Unicode.isWellFormed(entry.getKey())) {
                errors.add(new FieldError(Unicode.wellFormed(entry.getKey()), "must have a name in Unicode text"));
            }
            collectIllFormed(entry.getValue(), entry.getKey(), errors);
        });
        if (value.isArray()) {
            value.forEach(element -> collectIllFormed(element, field, errors));
        }
    }

    private static Optional<ProblemException> asProblem(List<FieldError> errors) {
        return errors.isEmpty()
                ? Optional.empty()
                : Optional.of(new ProblemException(HttpStatus.BAD_REQUEST, "The request does not match openapi.yaml.")
                        .withErrors(errors.toArray(FieldError[]::new)));
    }

    private ValidationError refuse(Exchange exchange, ProblemException problem) {
        problems.answer(exchange, problem);
        return new ValidationError(problem.getStatusCode().value(), exchange.getMessage().getBody(String.class));
    }

    private static ProblemException malformed(String field, String detail) {
        return new ProblemException(HttpStatus.BAD_REQUEST, detail).withErrors(new FieldError(field, detail));
    }

    private static boolean isJson(String contentType) {
        try {
            return contentType != null && MediaType.APPLICATION_JSON.equalsTypeAndSubtype(MediaType.parseMediaType(contentType));
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }

    private FieldError fieldError(ValidationMessage message) {
        String path = message.getInstanceLocation().toString().replaceFirst("^[/$.]+", "");
        if ("dependentRequired".equals(message.getType())) {
            Object[] fields = message.getArguments();
            return new FieldError(String.valueOf(fields[0]), "is required with %s".formatted(fields[1]));
        }
        String field = message.getProperty() != null ? message.getProperty() : path;
        String reason = switch (message.getType()) {
            // The description next to the pattern is readable, the pattern is not.
            case "pattern" -> contract.at(message.getSchemaLocation().getFragment().getParent() + "/description").asText();
            case "false" -> "must be omitted: send either username or email";
            default -> message.getMessage().replaceFirst("^[^:]*: ", "");
        };
        return new FieldError(field, reason);
    }

    /** The schema of the request body; empty if the operation has none. */
    private Optional<JsonSchema> bodySchema(Exchange exchange) {
        return schema(operation(exchange) + "/requestBody/content/application~1json/schema");
    }

    /** The JSON pointer of the operation in the contract. */
    private static String operation(Exchange exchange) {
        String method = exchange.getMessage().getHeader(Exchange.HTTP_METHOD, String.class).toLowerCase(Locale.ROOT);
        String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, String.class);
        return "/paths/" + path.replace("~", "~0").replace("/", "~1") + '/' + method;
    }

    private Optional<JsonSchema> schema(String pointer) {
        return schemas.computeIfAbsent(pointer, key -> contract.at(key).isMissingNode()
                ? Optional.empty()
                : Optional.of(document.getSubSchema(SchemaLocation.of("urn:tidewatch:openapi#" + key).getFragment())));
    }
}

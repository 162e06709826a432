package dev.tidewatch.changefeed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.tidewatch.settings.KafkaSecurity;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.springframework.stereotype.Component;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The changefeed that {@code changefeed.yaml} describes, with its placeholders resolved. TiCDC returns a configuration with defaults filled
 * in, so it cannot be compared with the file. Instead the sink URI carries the file's fingerprint as {@code kafka-client-id}.
 */
@Component
class ChangefeedFile {

    private static final String FILE = "/changefeed/changefeed.yaml";
    private static final String DATABASE = "{{tidewatch.database.name}}";

    private final String id;
    private final String sinkUri;
    private final Object replicaConfig;
    private final String clientId;
    private final String database;

    ChangefeedFile(CamelContext camel, KafkaSecurity kafka, ChangefeedProperties settings) {
        database = camel.resolvePropertyPlaceholders(DATABASE);
        Map<String, Object> file = new HashMap<>();
        new Yaml(new SafeConstructor(new LoaderOptions())).<Map<String, Object>>load(text())
                .forEach((key, value) -> file.put(key, resolved(camel, value)));
        id = (String) file.get("changefeed_id");
        String uri = file.get("sink_uri") + kafka.sinkParameters(settings.kafkaCa());
        file.put("sink_uri", uri);
        replicaConfig = file.get("replica_config");
        clientId = "tidewatch-" + fingerprint(file);
        // The fingerprint leaves out the password, because brokers log the client id.
        sinkUri = uri + "&kafka-client-id=" + clientId + kafka.sinkPassword();
    }

    String id() {
        return id;
    }

    /** The name of the database that is captured. */
    String database() {
        return database;
    }

    /** The columns that the column selectors exclude, from all tables of the database. */
    Set<String> excludedColumns() {
        Set<String> excluded = new HashSet<>();
        JsonNode selectors = new ObjectMapper().valueToTree(replicaConfig).at("/sink/column_selectors");
        selectors.forEach(selector -> selector.path("columns").forEach(rule -> {
            if (rule.asText().startsWith("!")) {
                excluded.add(rule.asText().substring(1));
            }
        }));
        return excluded;
    }

    /**
     * The request that creates the changefeed.
     *
     * @param startTs the TSO from which changes are sent; empty for now
     */
    Map<String, Object> creation(OptionalLong startTs) {
        Map<String, Object> request = new HashMap<>(update());
        request.put("changefeed_id", id);
        startTs.ifPresent(ts -> request.put("start_ts", ts));
        return request;
    }

    /** The request that updates the changefeed. It is complete, because TiCDC resets omitted fields. */
    Map<String, Object> update() {
        return Map.of("sink_uri", sinkUri, "replica_config", replicaConfig);
    }

    /** Whether the changefeed with this sink URI, as TiCDC returns it, was created from this file. */
    boolean matches(String uri) {
        int query = uri.indexOf('?');
        return query >= 0 && Arrays.asList(uri.substring(query + 1).split("&")).contains("kafka-client-id=" + clientId);
    }

    /** The value with its placeholders resolved. The file has the name of the database in backquotes, so those in the name are doubled. */
    private Object resolved(CamelContext camel, Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, inner) -> copy.put(key, resolved(camel, inner)));
            return copy;
        }
        if (value instanceof List<?> list) {
            return list.stream().map(inner -> resolved(camel, inner)).toList();
        }
        return value instanceof String text
                ? camel.resolvePropertyPlaceholders(text.replace(DATABASE, database.replace("`", "``")))
                : value;
    }

    private static String fingerprint(Map<String, Object> file) {
        try {
            byte[] canonical = new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true).writeValueAsBytes(file);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(canonical), 0, 6);
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("The fingerprint of changefeed.yaml cannot be computed", e);
        }
    }

    private static String text() {
        try (InputStream stream = ChangefeedFile.class.getResourceAsStream(FILE)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(FILE + " cannot be read", e);
        }
    }
}

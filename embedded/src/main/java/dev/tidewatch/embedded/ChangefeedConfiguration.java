package dev.tidewatch.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * What the change feed sends and where to: the part of a TiCDC changefeed's configuration (OpenAPI v2, written as YAML) that the embedded
 * feed obeys, namely {@code replica_config.filter.rules}, {@code replica_config.sink.dispatchers} and
 * {@code replica_config.sink.column_selectors}.
 */
public final class ChangefeedConfiguration {

    private static final String RESOURCE = "changefeed/changefeed.yaml";

    private final TableFilter filter;
    private final List<Dispatcher> dispatchers;
    private final List<ColumnSelector> columnSelectors;

    private record Dispatcher(TableFilter matcher, Partitioning partitioning) {
    }

    private record ColumnSelector(TableFilter matcher, List<String> columns) {
    }

    private ChangefeedConfiguration(TableFilter filter, List<Dispatcher> dispatchers, List<ColumnSelector> columnSelectors) {
        this.filter = filter;
        this.dispatchers = dispatchers;
        this.columnSelectors = columnSelectors;
    }

    /** The application's own changefeed, the class path resource {@code changefeed/changefeed.yaml}, for a database of this name. */
    public static ChangefeedConfiguration fromClassPath(String database) {
        try (InputStream stream = ChangefeedConfiguration.class.getClassLoader().getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new IllegalStateException(RESOURCE + " is not on the class path");
            }
            String yaml = new String(stream.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            return parse(yaml.replace("{{tidewatch.database.name}}", database));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + RESOURCE, e);
        }
    }

    /**
     * A configuration from YAML.
     *
     * @throws IllegalArgumentException if a rule or a dispatcher cannot be understood
     */
    public static ChangefeedConfiguration parse(String yaml) {
        Map<?, ?> root = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        Map<?, ?> replica = map(root, "replica_config");
        Map<?, ?> sink = map(replica, "sink");
        List<String> rules = texts(map(replica, "filter").get("rules"));
        return new ChangefeedConfiguration(
            new TableFilter(rules.isEmpty() ? List.of("*.*") : rules),
            maps(sink.get("dispatchers")).stream()
                .map(entry -> new Dispatcher(new TableFilter(texts(entry.get("matcher"))), Partitioning.named(entry.get("partition"))))
                .toList(),
            maps(sink.get("column_selectors")).stream()
                .map(entry -> new ColumnSelector(new TableFilter(texts(entry.get("matcher"))), texts(entry.get("columns"))))
                .toList());
    }

    TableFilter filter() {
        return filter;
    }

    /** The first dispatcher that matches decides; by table without one. */
    Partitioning partitioning(TableName table) {
        return dispatchers.stream()
            .filter(dispatcher -> dispatcher.matcher().matches(table))
            .map(Dispatcher::partitioning)
            .findFirst().orElse(Partitioning.TABLE);
    }

    /** Whether a column is sent. */
    boolean sends(TableName table, String column) {
        Optional<ColumnSelector> selector = columnSelectors.stream().filter(entry -> entry.matcher().matches(table)).findFirst();
        // The same rules as for tables, for a name of one part.
        return selector.isEmpty() || new TableFilter(selector.get().columns().stream().map(ColumnRules::asTableRule).toList())
            .matches(new TableName("", column));
    }

    private static Map<?, ?> map(Map<?, ?> parent, String key) {
        return parent.get(key) instanceof Map<?, ?> map ? map : Map.of();
    }

    private static List<Map<?, ?>> maps(Object list) {
        return list instanceof List<?> entries ? entries.stream().<Map<?, ?>>map(entry -> (Map<?, ?>) entry).toList() : List.of();
    }

    private static List<String> texts(Object list) {
        return list instanceof List<?> entries ? entries.stream().map(String::valueOf).toList() : List.of();
    }

    /** Column rules are table rules without a database. */
    private static final class ColumnRules {

        private static String asTableRule(String rule) {
            return rule.startsWith("!") ? "!." + rule.substring(1) : "." + rule;
        }
    }
}

package dev.tidewatch.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.springframework.core.io.ClassPathResource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The settings of a TiCDC changefeed (OpenAPI v2, written as YAML) that the embedded changefeed supports:
 * {@code replica_config.filter.rules}, {@code replica_config.sink.dispatchers} and {@code replica_config.sink.column_selectors}.
 */
record ChangefeedConfiguration(TableFilter filter, List<Dispatcher> dispatchers, List<ColumnSelector> columnSelectors) {

    private static final String RESOURCE = "changefeed/changefeed.yaml";

    record Dispatcher(TableFilter matcher, Partitioning partitioning) {
    }

    record ColumnSelector(TableFilter matcher, ColumnFilter columns) {
    }

    /** The application's own changefeed, the class path resource {@code changefeed/changefeed.yaml}, for a database of this name. */
    static ChangefeedConfiguration fromClassPath(String database) {
        try {
            String yaml = new ClassPathResource(RESOURCE).getContentAsString(StandardCharsets.UTF_8);
            // A name in backquotes.
            return parse(yaml.replace("{{tidewatch.database.name}}", database.replace("`", "``")));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + RESOURCE, e);
        }
    }

    /**
     * Reads a configuration from YAML.
     *
     * @throws IllegalArgumentException if a rule or a dispatcher is invalid
     */
    static ChangefeedConfiguration parse(String yaml) {
        Map<?, ?> root = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        Map<?, ?> replica = map(root, "replica_config");
        Map<?, ?> sink = map(replica, "sink");
        List<String> rules = strings(map(replica, "filter").get("rules"));
        return new ChangefeedConfiguration(
            new TableFilter(rules.isEmpty() ? List.of("*.*") : rules),
            maps(sink.get("dispatchers")).stream()
                .map(entry -> new Dispatcher(new TableFilter(strings(entry.get("matcher"))), Partitioning.named(entry.get("partition"))))
                .toList(),
            maps(sink.get("column_selectors")).stream()
                .map(entry -> new ColumnSelector(new TableFilter(strings(entry.get("matcher"))),
                    new ColumnFilter(strings(entry.get("columns")))))
                .toList());
    }

    /** The partitioning of the first dispatcher that matches; by table if none does. */
    Partitioning partitioning(TableName table) {
        return dispatchers.stream()
            .filter(dispatcher -> dispatcher.matcher().matches(table))
            .map(Dispatcher::partitioning)
            .findFirst().orElse(Partitioning.TABLE);
    }

    /** Whether messages contain a column. */
    boolean sends(TableName table, String column) {
        return columnSelectors.stream()
            .filter(selector -> selector.matcher().matches(table))
            .map(selector -> selector.columns().matches(column))
            .findFirst().orElse(true);
    }

    private static Map<?, ?> map(Map<?, ?> parent, String key) {
        return parent.get(key) instanceof Map<?, ?> map ? map : Map.of();
    }

    private static List<Map<?, ?>> maps(Object list) {
        return list instanceof List<?> entries ? entries.stream().<Map<?, ?>>map(entry -> (Map<?, ?>) entry).toList() : List.of();
    }

    private static List<String> strings(Object list) {
        return list instanceof List<?> entries ? entries.stream().map(String::valueOf).toList() : List.of();
    }
}

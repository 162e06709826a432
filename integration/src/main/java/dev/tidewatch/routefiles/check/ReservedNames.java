package dev.tidewatch.routefiles.check;

import dev.tidewatch.routefiles.check.YamlValue.UnreadableYamlException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.core.env.PropertyResolver;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * The names that the application's own routes use, so that a route file cannot; {@link RouteSummary} describes their form.
 *
 * @param configurations ids of route configurations
 */
record ReservedNames(Set<String> routeIds, Set<String> configurations, Set<String> consumed, Set<String> httpPaths, Set<String> groups) {

    private static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch", "head", "options", "trace");

    /** Reads the application's route files and its OpenAPI contract from the class path. */
    static ReservedNames ofApplication(PropertyResolver properties) {
        ReservedNames names = new ReservedNames(new HashSet<>(), new HashSet<>(), new HashSet<>(), new HashSet<>(), new HashSet<>());
        RouteReader reader = new RouteReader(new Placeholders(properties));
        try {
            PathMatchingResourcePatternResolver files = new PathMatchingResourcePatternResolver();
            for (Resource file : files.getResources("classpath*:camel/*/*.camel.yaml")) {
                read(file).items().forEach(entry -> names.add(entry, reader));
            }
            for (Resource contract : files.getResources("classpath*:camel/*/openapi.yaml")) {
                read(contract).get("paths").ifPresent(paths -> paths.entries().forEach((path, operations) -> operations.entries().keySet()
                        .stream()
                        .filter(METHODS::contains)
                        .forEach(method -> names.httpPaths().addAll(RouteReader.httpPaths(method, path)))));
            }
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException("The application's route files cannot be read", e);
        } catch (UnreadableYamlException e) {
            throw new IllegalStateException("A route file of the application is not valid YAML", e);
        }
    }

    private void add(YamlValue entry, RouteReader reader) {
        entry.get("routeConfiguration").ifPresent(configuration -> configurations.add(configuration.text("id")));
        entry.get("rest").flatMap(rest -> rest.get("openApi")).ifPresent(api -> routeIds.add(api.text("routeId")));
        entry.get("route").map(reader::summary).ifPresent(route -> {
            routeIds.add(route.id());
            consumed.addAll(route.consumed());
            httpPaths.addAll(route.httpPaths());
            groups.addAll(route.groups());
        });
    }

    private static YamlValue read(Resource file) throws IOException, UnreadableYamlException {
        return YamlValue.read(file.getContentAsString(StandardCharsets.UTF_8)).orElseThrow();
    }
}

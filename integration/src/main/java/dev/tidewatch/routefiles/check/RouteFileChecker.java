package dev.tidewatch.routefiles.check;

import dev.tidewatch.routefiles.check.YamlValue.Place;
import dev.tidewatch.routefiles.check.YamlValue.UnreadableYamlException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CatalogCamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.springframework.core.env.PropertyResolver;

/** Says of a file, without starting anything of it, whether it may be loaded and, if not, why. Safe for use by several threads. */
public final class RouteFileChecker {

    /** What is larger was not written by hand. */
    static final int MAX_BYTES = 1_000_000;

    private final Path folder;
    private final AllowList allowList;
    private final Owned owned;
    private final Placeholders placeholders;
    private final YamlSchema schema = new YamlSchema(YamlSchema.OF_ROUTES);
    /** Never started: expressions and component descriptions are read with it. */
    private final CatalogCamelContext camel;
    private final EndpointCheck endpoints;

    /**
     * @param folder no file outside it is read, by whatever link; null for wherever a file lies
     * @param properties what placeholders are replaced with, and {@code tidewatch.routes}, which says what a file may use
     */
    public RouteFileChecker(Path folder, PropertyResolver properties, Owned owned) {
        this.folder = folder;
        this.owned = owned;
        allowList = AllowList.of(properties);
        placeholders = new Placeholders(properties);
        camel = new DefaultCamelContext();
        endpoints = new EndpointCheck(camel, allowList, owned, new Kamelets());
    }

    public CheckResult check(Path file) {
        return check(file, folder);
    }

    CheckResult check(Path file, Path folder) {
        try {
            Path real = file.toRealPath();
            if (folder != null && !real.startsWith(folder.toRealPath())) {
                return rejected(file, "This is a link to a file outside the folder. Put the file itself here.");
            }
            if (Files.isDirectory(real)) {
                return rejected(file, "This is a folder. Rename it, so that it does not end as a route file does.");
            }
            if (!Files.isRegularFile(real)) {
                return rejected(file, "This is no file that can be read to an end. Put a file of text here.");
            }
            byte[] bytes;
            try (InputStream stream = Files.newInputStream(real)) {
                bytes = stream.readNBytes(MAX_BYTES + 1);
            }
            if (bytes.length > MAX_BYTES) {
                return tooLarge(file);
            }
            CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
            CharBuffer text = CharBuffer.allocate(bytes.length);
            ByteBuffer input = ByteBuffer.wrap(bytes);
            CoderResult result = decoder.decode(input, text, true);
            text.flip();
            if (result.isError()) {
                String before = text.toString();
                return rejected(file, new Place((int) before.chars().filter(c -> c == '\n').count() + 1,
                        before.length() - before.lastIndexOf('\n')),
                        "This is not UTF-8. Save the file in the encoding UTF-8.");
            }
            return check(file, text.toString());
        } catch (NoSuchFileException e) {
            return rejected(file, Files.isSymbolicLink(file) ? "This is a link to nothing. Put the file itself here."
                    : "There is no such file. Correct the name.");
        } catch (AccessDeniedException e) {
            return rejected(file, "The user that Tidewatch runs as may not read the file. Change its permissions: `chmod a+r`.");
        } catch (IOException e) {
            return rejected(file, "The file cannot be read: %s. Save it again.".formatted(e.getClass().getSimpleName()));
        }
    }

    public CheckResult check(Path file, String written) {
        if (written.length() > MAX_BYTES) {
            return tooLarge(file);
        }
        String text = written.startsWith("\uFEFF") ? written.substring(1) : written;
        try {
            Optional<YamlValue> root = YamlValue.read(text);
            if (root.isEmpty() || root.get().isNothing()) {
                return rejected(file, "There is no route in this file. Add one, beginning with `- route:`.");
            }
            if (!root.get().isList()) {
                return rejected(file, root.get().place(), otherKind(root.get()));
            }
            List<YamlSchema.Violation> violations = schema.validate(root.get());
            if (!violations.isEmpty()) {
                return new CheckResult(null, violations.stream()
                        .map(violation -> new Rejection(file, violation.place().line(), violation.place().column(),
                                violation.reason())).toList());
            }
            return new FileCheck(file, camel, allowList, owned, placeholders, endpoints).check(root.get(), text);
        } catch (UnreadableYamlException e) {
            return rejected(file, e.place(), e.getMessage());
        }
    }

    /**
     * What files take from one another.
     *
     * @param files in the order in which they take: what one has, a later one is refused
     */
    public List<Rejection> conflicts(Collection<RouteFile> files) {
        List<Rejection> conflicts = new ArrayList<>();
        Map<String, Path> taken = new HashMap<>();
        for (RouteFile file : files) {
            file.configurations().forEach(id -> take(file, "route configuration `%s`".formatted(id), 0, 0, taken, conflicts));
            for (RouteSummary route : file.routes()) {
                take(file, "id `%s`".formatted(route.id()), route.line(), route.column(), taken, conflicts);
                route.consumed().forEach(name -> take(file, "name `%s`".formatted(name), route.line(), route.column(), taken, conflicts));
                route.groups().forEach(group -> take(file, "consumer group `%s`".formatted(group), route.line(), route.column(), taken,
                        conflicts));
                for (String path : route.httpPaths()) {
                    taken.entrySet().stream().filter(other -> other.getKey().startsWith("HTTP ") && !other.getValue().equals(file.path())
                            && RouteReader.meet(other.getKey().substring(5), path)).findFirst().ifPresent(other ->
                                    conflicts.add(new Rejection(file.path(), route.line(), route.column(),
                                            "The HTTP path `%s` is taken by %s. Choose another one."
                                            .formatted(path, other.getValue()))));
                    taken.putIfAbsent("HTTP " + path, file.path());
                }
            }
        }
        return conflicts;
    }

    private static void take(RouteFile file, String what, int line, int column, Map<String, Path> taken, List<Rejection> conflicts) {
        Path other = taken.putIfAbsent(what, file.path());
        if (other != null && !other.equals(file.path())) {
            conflicts.add(new Rejection(file.path(), line, column, "The %s is taken by %s. Choose another one.".formatted(what, other)));
        }
    }

    private static String otherKind(YamlValue root) {
        if (root.text("kind").equals("Kamelet")) {
            return "This is a Kamelet, not a route. Write `- route:`, and what stands in the Kamelet under `template:` below it.";
        }
        if (!root.text("kind").isEmpty() && !root.text("apiVersion").isEmpty()) {
            return "This is a Kubernetes object of the kind %s, not a route. Write `- route:`.".formatted(root.text("kind"));
        }
        if (root.get("route").isPresent()) {
            return "The file is a map, and must be a list. Write `- route:` for `route:`, and indent what follows by two more spaces.";
        }
        return root.isMap() ? "The file is a map, and must be a list of routes. Write `- route:`."
                : "The file is a text, and must be a list of routes. Write `- route:`.";
    }

    private static CheckResult tooLarge(Path file) {
        return rejected(file, "The file is larger than %,d bytes. Write several files.".formatted(MAX_BYTES));
    }

    private static CheckResult rejected(Path file, String reason) {
        return rejected(file, new Place(0, 0), reason);
    }

    private static CheckResult rejected(Path file, Place place, String reason) {
        return new CheckResult(null, List.of(new Rejection(file, place.line(), place.column(), reason)));
    }
}

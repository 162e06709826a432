package dev.tidewatch.routefiles.check;

import dev.tidewatch.routefiles.check.YamlValue.UnreadableYamlException;
import dev.tidewatch.settings.SettingBinder;
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
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.camel.CatalogCamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.springframework.core.env.Environment;
import org.springframework.util.function.SingletonSupplier;

/** Decides whether a route file may be loaded, without starting any of its routes. Thread-safe. */
public final class RouteFileChecker {

    static final String NO_ROUTE = "The file contains no route. Add one that starts with `- route:`.";
    /** No larger file is written by hand. */
    static final int MAX_BYTES = 1_000_000;

    private final Path folder;
    private final AllowList allowList;
    private final Placeholders placeholders;
    /** Read with the first file: most instances have none. */
    private final SingletonSupplier<Rules> rules;

    /** @param camel never started: only parses expressions and reads descriptions */
    private record Rules(YamlSchema schema, CatalogCamelContext camel, EipModel eips, ReservedNames reserved, EndpointCheck endpoints) {
    }

    /**
     * @param folder files outside it are rejected, also behind a link; null to check files anywhere
     * @param properties the values of placeholders, and {@code tidewatch.routes}, which defines what a file may use
     */
    public RouteFileChecker(Path folder, Environment properties) {
        this(folder, properties, () -> ReservedNames.ofApplication(properties), EipModel.reviewed());
    }

    RouteFileChecker(Path folder, Environment properties, Supplier<ReservedNames> reservedNames, Properties reviewedEips) {
        this.folder = folder;
        allowList = SettingBinder.bind(properties, AllowList.class);
        placeholders = new Placeholders(properties);
        rules = SingletonSupplier.of(() -> {
            CatalogCamelContext camel = new DefaultCamelContext();
            ReservedNames reserved = reservedNames.get();
            return new Rules(new YamlSchema(YamlSchema.OF_ROUTES), camel, new EipModel(camel, reviewedEips), reserved,
                    new EndpointCheck(camel, allowList, reserved, new KameletCatalog()));
        });
    }

    public CheckResult check(Path file) {
        return check(file, folder);
    }

    CheckResult check(Path file, Path folder) {
        try {
            Path real = file.toRealPath();
            if (folder != null && !real.startsWith(folder.toRealPath())) {
                return rejected(file, "This is a link to a file outside the folder. Put the file itself into the folder.");
            }
            if (Files.isDirectory(real)) {
                return rejected(file, "This is a folder. Rename it, so that its name does not end in `.camel.yaml`.");
            }
            if (!Files.isRegularFile(real)) {
                return rejected(file, "This is not a regular file. Replace it with a text file.");
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
            CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), text, true);
            text.flip();
            return result.isError()
                    ? rejected(file, YamlPosition.after(text.toString()), "The file is not encoded in UTF-8. Save it as UTF-8.")
                    : check(file, text.toString());
        } catch (NoSuchFileException e) {
            return rejected(file, Files.isSymbolicLink(file) ? "This is a link to a file that does not exist. Put the file itself here."
                    : "The file does not exist. Correct the name.");
        } catch (AccessDeniedException e) {
            return rejected(file, "Tidewatch has no permission to read the file. Run `chmod a+r`.");
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
            if (root.isEmpty() || root.get().isEmpty()) {
                return rejected(file, NO_ROUTE);
            }
            if (!root.get().isList()) {
                return rejected(file, root.get().position(), notAList(root.get()));
            }
            Rules known = rules.obtain();
            List<YamlSchema.Violation> violations = known.schema().validate(root.get());
            if (!violations.isEmpty()) {
                return new CheckResult(null, violations.stream()
                        .map(violation -> rejection(file, violation.position(), violation.reason())).toList());
            }
            return new FileCheck(file, known.camel(), known.eips(), allowList, known.reserved(), placeholders, known.endpoints())
                    .check(root.get(), text);
        } catch (UnreadableYamlException e) {
            return rejected(file, e.position(), e.getMessage());
        }
    }

    /**
     * Rejects the files that use a name of another file.
     *
     * @param files in descending priority: the first file with a name keeps it
     */
    public List<Rejection> conflicts(Collection<RouteFile> files) {
        List<Rejection> conflicts = new ArrayList<>();
        Map<String, Path> taken = new HashMap<>();
        for (RouteFile file : files) {
            file.configurations().forEach(id ->
                    take(file, "route configuration `%s`".formatted(id), YamlPosition.WHOLE_FILE, taken, conflicts));
            for (RouteSummary route : file.routes()) {
                YamlPosition position = new YamlPosition(route.line(), route.column());
                take(file, "id `%s`".formatted(route.id()), position, taken, conflicts);
                route.consumed().forEach(name -> take(file, "endpoint `%s`".formatted(name), position, taken, conflicts));
                route.groups().forEach(group -> take(file, "consumer group `%s`".formatted(group), position, taken, conflicts));
                for (String path : route.httpPaths()) {
                    taken.entrySet().stream().filter(other -> other.getKey().startsWith("HTTP ") && !other.getValue().equals(file.path())
                            && RouteReader.overlap(other.getKey().substring(5), path)).findFirst().ifPresent(other ->
                                    conflicts.add(conflict(file, position, "HTTP path `%s`".formatted(path), other.getValue())));
                    taken.putIfAbsent("HTTP " + path, file.path());
                }
            }
        }
        return conflicts;
    }

    private static void take(RouteFile file, String what, YamlPosition position, Map<String, Path> taken, List<Rejection> conflicts) {
        Path other = taken.putIfAbsent(what, file.path());
        if (other != null && !other.equals(file.path())) {
            conflicts.add(conflict(file, position, what, other));
        }
    }

    private static Rejection conflict(RouteFile file, YamlPosition position, String what, Path other) {
        return rejection(file.path(), position, "The %s is already used by %s. Choose another one.".formatted(what, other));
    }

    private static String notAList(YamlValue root) {
        if (root.text("kind").equals("Kamelet")) {
            return "This is a Kamelet, not a route. Write `- route:`, and below it the content of the Kamelet's `template:`.";
        }
        if (!root.text("kind").isEmpty() && !root.text("apiVersion").isEmpty()) {
            return "This is a Kubernetes object of kind %s, not a route. Write `- route:`.".formatted(root.text("kind"));
        }
        if (root.get("route").isPresent()) {
            return "The file must be a list, but it is a map. Write `- route:` instead of `route:`, and indent the lines below by two more "
                    + "spaces.";
        }
        return "The file must be a list of routes, but it is a %s. Write `- route:`.".formatted(root.isMap() ? "map" : "text");
    }

    private static CheckResult tooLarge(Path file) {
        return rejected(file, "The file is larger than %,d bytes. Split it into several files.".formatted(MAX_BYTES));
    }

    private static CheckResult rejected(Path file, String reason) {
        return rejected(file, YamlPosition.WHOLE_FILE, reason);
    }

    private static CheckResult rejected(Path file, YamlPosition position, String reason) {
        return new CheckResult(null, List.of(rejection(file, position, reason)));
    }

    private static Rejection rejection(Path file, YamlPosition position, String reason) {
        return new Rejection(file, position.line(), position.column(), reason);
    }
}

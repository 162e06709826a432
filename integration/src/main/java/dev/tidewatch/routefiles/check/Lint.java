package dev.tidewatch.routefiles.check;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertyResolver;
import org.springframework.core.env.StandardEnvironment;

/** The command {@code lint}: checks route files with the settings that the application would have here, and starts nothing. */
public final class Lint {

    private final PrintStream out;
    private final PrintStream err;

    Lint(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /**
     * One line on stdout for each rejection, and a summary on stderr.
     *
     * @return the exit code: 0 when every file may be loaded, 1 when not, 2 when it was called in the wrong way
     */
    int run(List<String> arguments) {
        Map<Path, Optional<Path>> files = new TreeMap<>();
        for (String argument : arguments) {
            Path path = Path.of(argument);
            if (argument.startsWith("-") || !Files.exists(path)) {
                err.println(argument.startsWith("-") ? "lint has no option " + argument + "." : "There is no " + argument + ".");
                return usage();
            }
            try {
                files(path).forEach(file -> files.put(file, Optional.of(path).filter(Files::isDirectory)));
            } catch (IOException e) {
                err.println(argument + " cannot be read: " + e.getMessage());
                return 2;
            }
        }
        if (arguments.isEmpty()) {
            return usage();
        }
        List<Rejection> rejections = check(files);
        rejections.forEach(out::println);
        long rejected = rejections.stream().map(Rejection::file).distinct().count();
        err.printf("%d %s checked, %d rejected.%n", files.size(), files.size() == 1 ? "file" : "files", rejected);
        return rejections.isEmpty() ? 0 : 1;
    }

    /** Runs it with the process' own streams. */
    public static int run(String... arguments) {
        // stdout is for the rejections.
        LoggingSystem.get(Lint.class.getClassLoader()).beforeInitialize();
        return new Lint(System.out, System.err).run(List.of(arguments));
    }

    private static List<Rejection> check(Map<Path, Optional<Path>> files) {
        RouteFileChecker checker = checker(settings());
        List<Rejection> rejections = new ArrayList<>();
        List<RouteFile> accepted = new ArrayList<>();
        for (Map.Entry<Path, Optional<Path>> file : files.entrySet()) {
            CheckResult result = checker.check(file.getKey(), file.getValue().orElse(null));
            rejections.addAll(result.rejections());
            if (result.accepted()) {
                accepted.add(result.file());
            }
        }
        rejections.addAll(checker.conflicts(accepted));
        return rejections;
    }

    /** What checks files wherever they lie. */
    public static RouteFileChecker checker(PropertyResolver settings) {
        return new RouteFileChecker(null, settings, Owned.byApplication(settings));
    }

    /** Read as Spring Boot reads them, from the environment and from application.yaml here and in the jar. */
    public static StandardEnvironment settings() {
        StandardEnvironment settings = new StandardEnvironment();
        ConfigDataEnvironmentPostProcessor.applyTo(settings);
        // A file is checked for whatever role it is in.
        settings.getPropertySources().addFirst(new MapPropertySource("roles", Map.of("roles.api", "true", "roles.events", "true")));
        return settings;
    }

    private static List<Path> files(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(RouteFile::isNamedSo).toList();
        }
    }

    private int usage() {
        err.println("Usage: java -jar tidewatch.jar lint <files or folders>");
        return 2;
    }
}

package dev.tidewatch.routefiles.check;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** The command {@code lint}: checks route files with the settings of the application, without starting it. */
public final class Lint {

    private final PrintStream out;
    private final PrintStream err;

    Lint(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Runs the command with the streams of the process. */
    public static int run(String... arguments) {
        // Only rejections are written to stdout.
        LoggingSystem.get(Lint.class.getClassLoader()).beforeInitialize();
        return new Lint(System.out, System.err).run(List.of(arguments));
    }

    /**
     * Writes each rejection to stdout as one line, and a summary to stderr.
     *
     * @return the exit code: 0 if every file may be loaded, 1 if not, 2 for invalid arguments
     */
    int run(List<String> arguments) {
        Map<Path, Optional<Path>> files;
        try {
            files = FileArguments.files("lint", arguments, RouteFile::hasName);
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return 2;
        }
        List<Rejection> rejections = check(files);
        rejections.forEach(out::println);
        long rejected = rejections.stream().map(Rejection::file).distinct().count();
        err.printf("%d %s checked, %d rejected.%n", files.size(), files.size() == 1 ? "file" : "files", rejected);
        return rejections.isEmpty() ? 0 : 1;
    }

    private static List<Rejection> check(Map<Path, Optional<Path>> files) {
        RouteFileChecker checker = new RouteFileChecker(null, settings());
        List<Rejection> rejections = new ArrayList<>();
        List<RouteFile> accepted = new ArrayList<>();
        files.forEach((file, folder) -> {
            CheckResult result = checker.check(file, folder.orElse(null));
            rejections.addAll(result.rejections());
            if (result.accepted()) {
                accepted.add(result.file());
            }
        });
        rejections.addAll(checker.conflicts(accepted));
        return rejections;
    }

    /** The settings as Spring Boot reads them: from the environment, and from application.yaml in the working directory and in the jar. */
    public static StandardEnvironment settings() {
        StandardEnvironment settings = new StandardEnvironment();
        ConfigDataEnvironmentPostProcessor.applyTo(settings);
        // The check covers files for any role.
        settings.getPropertySources().addFirst(new MapPropertySource("roles", Map.of("roles.api", "true", "roles.events", "true")));
        return settings;
    }
}

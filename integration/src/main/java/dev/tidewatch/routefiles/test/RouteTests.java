package dev.tidewatch.routefiles.test;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.JsonConfiguration;
import dev.tidewatch.consumer.ChangesConfiguration;
import dev.tidewatch.consumer.TransientFailures;
import dev.tidewatch.audit.LogLines;
import dev.tidewatch.routefiles.check.CheckResult;
import dev.tidewatch.routefiles.check.Lint;
import dev.tidewatch.routefiles.check.Rejection;
import dev.tidewatch.routefiles.check.RouteFileChecker;
import dev.tidewatch.routefiles.check.YamlValue.Place;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.StandardEnvironment;

/** The command {@code test}: runs the cases of {@code *.test.yaml} files against the routes beside them; nothing outside is reached. */
public final class RouteTests {

    static final String SUFFIX = ".test.yaml";

    private static final Duration LONGEST = Duration.ofSeconds(20);

    private final PrintStream out;
    private final PrintStream err;
    private final Duration longest;
    private int cases;
    private int failed;

    /** @param longest how long a case may take */
    RouteTests(PrintStream out, PrintStream err, Duration longest) {
        this.out = out;
        this.err = err;
        this.longest = longest;
    }

    /** Runs it with the process' own streams. */
    public static int run(String... arguments) {
        // stdout is for the cases.
        Logger root = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.setLevel(Level.INFO);
        return new RouteTests(System.out, System.err, LONGEST).run(List.of(arguments));
    }

    /**
     * One line on stdout for each case, and for each file that cannot be run; a summary on stderr.
     *
     * @return the exit code: 0 when every case passed, 1 when not, 2 when it was called in the wrong way
     */
    int run(List<String> arguments) {
        Set<Path> files = new TreeSet<>();
        for (String argument : arguments) {
            Path path = Path.of(argument);
            if (argument.startsWith("-") || !Files.exists(path)) {
                err.println(argument.startsWith("-") ? "test has no option " + argument + "." : "There is no " + argument + ".");
                return usage();
            }
            try {
                files.addAll(files(path));
            } catch (IOException e) {
                err.println(argument + " cannot be read.");
                return 2;
            }
        }
        if (arguments.isEmpty()) {
            return usage();
        }
        if (files.isEmpty()) {
            err.println("There are no tests here. A test of x.camel.yaml stands beside it in x" + SUFFIX + ".");
            return 2;
        }
        StandardEnvironment settings = Lint.settings();
        try (AnnotationConfigApplicationContext beans = beans(settings); CapturedLines lines = CapturedLines.open(beans.getBean(ObjectMapper.class))) {
            RouteFileChecker checker = Lint.checker(settings);
            TestFile tests = new TestFile(beans.getBean(ObjectMapper.class));
            files.forEach(file -> run(file, checker, tests, beans, lines));
        }
        err.printf("%d %s, %d failed.%n", cases, cases == 1 ? "case" : "cases", failed);
        return failed == 0 ? 0 : 1;
    }

    /** What the building blocks need, as the application has it. */
    private static AnnotationConfigApplicationContext beans(StandardEnvironment settings) {
        AnnotationConfigApplicationContext beans = new AnnotationConfigApplicationContext();
        beans.setEnvironment(settings);
        beans.getBeanFactory().setConversionService(ApplicationConversionService.getSharedInstance());
        beans.register(JacksonAutoConfiguration.class, JsonConfiguration.class, ChangesConfiguration.class, LogLines.class,
                TransientFailures.class);
        beans.refresh();
        return beans;
    }

    private void run(Path file, RouteFileChecker checker, TestFile tests, ApplicationContext beans, CapturedLines lines) {
        CheckResult checked = checker.check(file.resolveSibling(file.getFileName().toString().replace(SUFFIX, ".camel.yaml")));
        checked.rejections().forEach(this::fail);
        if (!checked.accepted()) {
            return;
        }
        try {
            for (TestCase test : tests.read(Files.readString(file), checked.file())) {
                List<String> wrong = run(new Trial(checked.file(), test, beans), lines);
                if (wrong.isEmpty()) {
                    cases++;
                    out.println(line(file, test.place(), "passed: " + test.name()));
                } else {
                    fail(line(file, test.place(), "failed: %s: %s".formatted(test.name(), String.join("; ", wrong))));
                }
            }
        } catch (WrongTestException e) {
            fail(line(file, e.place(), e.getMessage()));
        } catch (IOException e) {
            fail(new Rejection(file, 0, 0, "The file cannot be read. Save it as text in UTF-8."));
        }
    }

    private void fail(Rejection line) {
        cases++;
        failed++;
        out.println(line);
    }

    private static Rejection line(Path file, Place place, String text) {
        return new Rejection(file, place.line(), place.column(), text);
    }

    private List<String> run(Trial trial, CapturedLines lines) {
        ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
            Thread made = new Thread(work, "test");
            // One that hangs does not keep the process.
            made.setDaemon(true);
            return made;
        });
        try {
            Future<List<String>> result = thread.submit(() -> trial.run(lines));
            return result.get(longest.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return List.of("it took longer than %d s".formatted(longest.toSeconds()));
        } catch (ExecutionException e) {
            Throwable cause = NestedExceptionUtils.getMostSpecificCause(e);
            return List.of(String.valueOf(cause.getMessage()).lines().findFirst().orElse(cause.getClass().getName()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of("it was interrupted");
        } finally {
            thread.shutdownNow();
        }
    }

    private static List<Path> files(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(path)) {
            files.filter(RouteTests::isNamedSo).forEach(found::add);
        }
        return found;
    }

    private static boolean isNamedSo(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(SUFFIX) && !name.startsWith(".");
    }

    private int usage() {
        err.println("Usage: java -jar tidewatch.jar test <files or folders>");
        return 2;
    }
}

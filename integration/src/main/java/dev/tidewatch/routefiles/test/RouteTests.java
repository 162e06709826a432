package dev.tidewatch.routefiles.test;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.JsonConfiguration;
import dev.tidewatch.audit.LogLines;
import dev.tidewatch.audit.LogProperties;
import dev.tidewatch.consumer.ChangesConfiguration;
import dev.tidewatch.consumer.ChangesProperties;
import dev.tidewatch.consumer.TransientFailures;
import dev.tidewatch.routefiles.check.CheckResult;
import dev.tidewatch.routefiles.check.FileArguments;
import dev.tidewatch.routefiles.check.Lint;
import dev.tidewatch.routefiles.check.Rejection;
import dev.tidewatch.routefiles.check.RouteFileChecker;
import dev.tidewatch.routefiles.check.YamlPosition;
import dev.tidewatch.settings.SettingBinder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.StandardEnvironment;

/** The command {@code test}: runs the cases of {@code *.test.yaml} files against the route files next to them, without external systems. */
public final class RouteTests {

    static final String SUFFIX = ".test.yaml";

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final PrintStream out;
    private final PrintStream err;
    private final Duration timeout;
    private int cases;
    private int failed;

    /** @param timeout the maximum duration of a case */
    RouteTests(PrintStream out, PrintStream err, Duration timeout) {
        this.out = out;
        this.err = err;
        this.timeout = timeout;
    }

    /** Runs the command with the streams of the process. */
    public static int run(String... arguments) {
        // Only cases are written to stdout.
        Logger root = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.setLevel(Level.INFO);
        return new RouteTests(System.out, System.err, TIMEOUT).run(List.of(arguments));
    }

    /**
     * Writes one line for each case, and for each file that cannot be run, to stdout, and a summary to stderr.
     *
     * @return the exit code: 0 if every case passed, 1 if not, 2 for invalid arguments
     */
    int run(List<String> arguments) {
        Set<Path> files;
        try {
            files = FileArguments.files("test", arguments, RouteTests::hasTestName).keySet();
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return 2;
        }
        if (files.isEmpty()) {
            err.println("No tests found. Write the tests of x.camel.yaml into x" + SUFFIX + " in the same folder.");
            return 2;
        }
        StandardEnvironment settings = Lint.settings();
        try (AnnotationConfigApplicationContext beans = beans(settings);
                CapturedLines lines = CapturedLines.open(beans.getBean(ObjectMapper.class))) {
            RouteFileChecker checker = new RouteFileChecker(null, settings);
            TestFile tests = new TestFile(beans.getBean(ObjectMapper.class));
            files.forEach(file -> run(file, checker, tests, beans, lines));
        }
        err.printf("%d %s, %d failed.%n", cases, cases == 1 ? "case" : "cases", failed);
        return failed == 0 ? 0 : 1;
    }

    /** The beans of the application that its Kamelets need. */
    private static AnnotationConfigApplicationContext beans(StandardEnvironment settings) {
        AnnotationConfigApplicationContext beans = new AnnotationConfigApplicationContext();
        beans.setEnvironment(settings);
        beans.getBeanFactory().setConversionService(ApplicationConversionService.getSharedInstance());
        beans.registerBean(ChangesProperties.class, () -> SettingBinder.bind(settings, ChangesProperties.class));
        beans.registerBean(LogProperties.class, () -> SettingBinder.bind(settings, LogProperties.class));
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
                List<String> failures = run(new TestRun(checked.file(), test, beans), lines);
                if (failures.isEmpty()) {
                    cases++;
                    out.println(line(file, test.position(), "passed: " + test.name()));
                } else {
                    fail(line(file, test.position(), "failed: %s: %s".formatted(test.name(), String.join("; ", failures))));
                }
            }
        } catch (InvalidTestException e) {
            fail(line(file, e.position(), e.getMessage()));
        } catch (IOException e) {
            fail(new Rejection(file, 0, 0, "The file cannot be read. Save it as UTF-8."));
        }
    }

    private void fail(Rejection line) {
        cases++;
        failed++;
        out.println(line);
    }

    private static Rejection line(Path file, YamlPosition position, String text) {
        return new Rejection(file, position.line(), position.column(), text);
    }

    private List<String> run(TestRun run, CapturedLines lines) {
        ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
            Thread daemon = new Thread(work, "test");
            // A case that blocks must not keep the process alive.
            daemon.setDaemon(true);
            return daemon;
        });
        try {
            Future<List<String>> result = thread.submit(() -> run.run(lines));
            return result.get(timeout.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return List.of("the case took longer than %d s".formatted(timeout.toSeconds()));
        } catch (ExecutionException e) {
            Throwable cause = NestedExceptionUtils.getMostSpecificCause(e);
            return List.of(String.valueOf(cause.getMessage()).lines().findFirst().orElse(cause.getClass().getName()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of("the case was interrupted");
        } finally {
            thread.shutdownNow();
        }
    }

    private static boolean hasTestName(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(SUFFIX) && !name.startsWith(".");
    }
}

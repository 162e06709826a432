package dev.tidewatch.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/** Runs the browser tests of ui/e2e. Skipped without Node or Chromium, unless {@code TIDEWATCH_BROWSER=required}. */
@Tag("process")
class BrowserIT {

    private static final Logger log = LoggerFactory.getLogger(BrowserIT.class);
    private static final Path UI = Path.of("../ui");
    private static final Path DIRECTORY = Path.of("target/browser");
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    @Test
    void browserTestsPass() throws Exception {
        Optional<Path> chromium = chromium();
        // Maven builds the UI only with a Node version that can also run its tests.
        boolean builtUi = BrowserIT.class.getResource("/ui/index.html") != null;
        if (!builtUi || chromium.isEmpty()) {
            String missing = "Skipping the browser tests: " + (builtUi ? "Chromium" : "Node") + " is missing.";
            log.info(missing);
            assumeTrue("required".equals(System.getenv("TIDEWATCH_BROWSER")), missing);
            throw new AssertionError(missing);
        }
        FileSystemUtils.deleteRecursively(DIRECTORY);
        try (Harness harness = Harness.start(DIRECTORY)) {
            Path output = DIRECTORY.resolve("e2e.log");
            ProcessBuilder tests = new ProcessBuilder("npm", "run", "--silent", "e2e").directory(UI.toFile())
                    .redirectErrorStream(true).redirectOutput(output.toFile());
            tests.environment().putAll(harness.environment());
            tests.environment().put("CHROMIUM", chromium.get().toString());
            tests.environment().put("NO_COLOR", "1");
            boolean passed = passes(tests.start());
            String printed = Files.readString(output);
            log.info("{}", printed);
            assertThat(passed).as("The browser tests pass:%n%s", failures(printed)).isTrue();
        }
    }

    /** What Vitest prints of the failed tests, at the end of its output. */
    private static String failures(String output) {
        return output.substring(Math.max(0, output.indexOf("Failed Tests")));
    }

    private static boolean passes(Process tests) throws InterruptedException {
        try {
            return tests.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS) && tests.exitValue() == 0;
        } finally {
            // Including Chromium.
            tests.descendants().forEach(ProcessHandle::destroyForcibly);
            tests.destroyForcibly();
        }
    }

    private static Optional<Path> chromium() {
        return Stream.of(System.getenv("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .filter(Objects::nonNull).map(Path::of).filter(Files::isExecutable).findFirst();
    }
}

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

/** Runs the browser tests of ui/e2e, where there are Node and Chromium; {@code TIDEWATCH_BROWSER=required} says that there have to be. */
@Tag("process")
class PageIT {

    private static final Logger log = LoggerFactory.getLogger(PageIT.class);
    private static final Path UI = Path.of("../ui");
    private static final Path DIRECTORY = Path.of("target/browser");
    private static final Duration LONGEST = Duration.ofMinutes(10);

    @Test
    void everyBrowserTestPasses() throws Exception {
        Optional<Path> chromium = chromium();
        // Maven builds the page only with a Node that can also run its tests.
        boolean node = PageIT.class.getResource("/ui/index.html") != null;
        if (!node || chromium.isEmpty()) {
            String missing = "No " + (node ? "Chromium" : "Node") + " here: the page is not tried in a browser.";
            log.info(missing);
            assumeTrue("required".equals(System.getenv("TIDEWATCH_BROWSER")), missing);
            throw new AssertionError(missing);
        }
        FileSystemUtils.deleteRecursively(DIRECTORY);
        try (Stage stage = Stage.set(DIRECTORY)) {
            Path output = DIRECTORY.resolve("e2e.log");
            ProcessBuilder tests = new ProcessBuilder("npm", "run", "--silent", "e2e").directory(UI.toFile())
                    .redirectErrorStream(true).redirectOutput(output.toFile());
            tests.environment().putAll(stage.environment());
            tests.environment().put("CHROMIUM", chromium.get().toString());
            tests.environment().put("NO_COLOR", "1");
            boolean passed = passes(tests.start());
            log.info("{}", Files.readString(output));
            assertThat(passed).as("the browser tests, whose output stands above, pass").isTrue();
        }
    }

    private static boolean passes(Process tests) throws InterruptedException {
        try {
            return tests.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS) && tests.exitValue() == 0;
        } finally {
            // Chromium among them.
            tests.descendants().forEach(ProcessHandle::destroyForcibly);
            tests.destroyForcibly();
        }
    }

    private static Optional<Path> chromium() {
        return Stream.of(System.getenv("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .filter(Objects::nonNull).map(Path::of).filter(Files::isExecutable).findFirst();
    }
}

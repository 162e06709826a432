package dev.tidewatch.routefiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyCollection;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.tidewatch.routefiles.check.CheckResult;
import dev.tidewatch.routefiles.check.Rejection;
import dev.tidewatch.routefiles.check.RouteFile;
import dev.tidewatch.routefiles.check.RouteFileChecker;
import dev.tidewatch.routefiles.check.RouteSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes to files while a route is still being stopped. The text of a file is the id of its route. */
class RouteFolderStatesTest {

    @TempDir
    private Path path;

    private final List<String> actions = new CopyOnWriteArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private RouteFolder folder;
    private long saved;

    @BeforeEach
    void open() throws Exception {
        RouteFileChecker checker = mock(RouteFileChecker.class);
        when(checker.conflicts(anyCollection())).thenCallRealMethod();
        when(checker.check(any())).thenAnswer(call -> check(call.getArgument(0)));
        RouteLoader loader = mock(RouteLoader.class);
        doAnswer(call -> actions.add("+" + call.getArgument(0, RouteFile.class).text())).when(loader).load(any(), any());
        doAnswer(call -> {
            String text = call.getArgument(0, RouteFile.class).text();
            if (text.startsWith("slow")) {
                stopped.await();
            }
            return actions.add("-" + text);
        }).when(loader).unload(any());
        folder = new RouteFolder(new RouteFilesProperties(path), checker, loader);
    }

    @AfterEach
    void close() {
        folder.destroy();
    }

    private static CheckResult check(Path file) throws IOException {
        String text = Files.readString(file);
        return switch (text) {
            case "throws" -> throw new IllegalStateException("a bug in the checker");
            case "bad" -> new CheckResult(null, List.of(new Rejection(file, 1, 1, "bad")));
            default -> new CheckResult(new RouteFile(file, text, List.of(
                    new RouteSummary(text, "", "", List.of(), Set.of(), Set.of(), Set.of(), 1, 1)), List.of()), List.of());
        };
    }

    @Test
    void loadsOtherFilesWhileOneStopsAndThenReusesItsId() throws IOException {
        save("a", "slow");
        save("a", "next");
        save("b", "other");
        save("c", "slow");
        assertThat(actions).containsExactly("+slow", "+other");
        assertThat(folder.rejections()).isEmpty();
        assertThat(folder.loaded()).extracting(RouteFile::text).containsExactlyInAnyOrder("slow", "other");

        stopped.countDown();

        await().untilAsserted(() -> assertThat(actions).containsExactly("+slow", "+other", "-slow", "+next", "+slow"));
        assertThat(folder.loaded()).extracting(RouteFile::text).containsExactlyInAnyOrder("next", "other", "slow");
    }

    @Test
    void restartsPreviousVersionWhenTheNewOneIsRejected() throws IOException {
        save("a", "slow");
        save("a", "next");
        save("a", "bad");
        stopped.countDown();
        await().untilAsserted(() -> assertThat(actions).containsExactly("+slow", "-slow", "+slow"));
        assertThat(folder.rejections()).hasSize(1);
    }

    @Test
    void restartsFileThatIsRevertedWhileItStops() throws IOException {
        save("a", "slow");
        save("a", "next");
        save("a", "slow");
        stopped.countDown();
        await().untilAsserted(() -> assertThat(actions).containsExactly("+slow", "-slow", "+slow"));
    }

    @Test
    void startsFileThatIsDeletedAndRecreatedWhileItStops() throws IOException {
        save("a", "slow");
        Files.delete(path.resolve("a.camel.yaml"));
        pollTwice();
        assertThat(folder.loaded()).hasSize(1);
        save("a", "slow");
        assertThat(actions).containsExactly("+slow");
        stopped.countDown();
        await().untilAsserted(() -> assertThat(actions).containsExactly("+slow", "-slow", "+slow"));
    }

    @Test
    void rejectsFileWhoseCheckFails() throws IOException {
        save("a", "throws");
        save("b", "fine");
        assertThat(actions).containsExactly("+fine");
        assertThat(folder.rejections()).extracting(Rejection::reason).containsExactly("The file cannot be checked. Simplify it.");
    }

    private void save(String name, String text) throws IOException {
        Path file = Files.writeString(path.resolve(name + ".camel.yaml"), text);
        // Two saves can have the same timestamp.
        Files.setLastModifiedTime(file, FileTime.fromMillis(++saved * 1000));
        pollTwice();
    }

    private void pollTwice() {
        folder.scan();
        folder.scan();
    }
}

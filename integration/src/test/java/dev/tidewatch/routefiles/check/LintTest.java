package dev.tidewatch.routefiles.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LintTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    @Test
    void acceptsValidFilesSilently() throws IOException {
        write("a.camel.yaml", "one", "timer:a");
        write("b.camel.yaml", "two", "timer:b");
        // Route tests are not route files.
        Files.writeString(folder.resolve("b.test.yaml"), "- no route");
        // Editors create such files; the application ignores them, too.
        Files.writeString(folder.resolve(".b.camel.yaml"), "- no route");

        assertThat(lint(folder)).isZero();
        assertThat(out()).isEmpty();
        assertThat(err()).isEqualTo("2 files checked, 0 rejected.\n");
    }

    @Test
    void printsEachRejectionOnOneLine() throws IOException {
        Path bad = write("a.camel.yaml", "One", "timmer:a");
        write("b.camel.yaml", "two", "direct:b");
        Path conflict = write("c.camel.yaml", "three", "direct:b");

        assertThat(lint(folder)).isEqualTo(1);
        assertThat(out().lines()).containsExactly(
                bad + ":2:9: The id `One` is not in kebab-case. Write `one`.",
                bad + ":4:12: The component `timmer` is not part of the application. Did you mean `timer`?",
                conflict + ":2:5: The endpoint `direct:b` is already used by " + folder.resolve("b.camel.yaml") + ". Choose another one.");
        assertThat(err()).isEqualTo("3 files checked, 2 rejected.\n");
    }

    @Test
    void checksFileOfAnyName() throws IOException {
        assertThat(lint(write("draft.yaml", "one", "timer:a"))).isZero();
        assertThat(err()).isEqualTo("1 file checked, 0 rejected.\n");
    }

    @Test
    void printsUsageForInvalidArguments() {
        assertThat(lint()).isEqualTo(2);
        assertThat(lint(folder.resolve("none"))).isEqualTo(2);
        assertThat(lint(Path.of("--help"))).isEqualTo(2);
        assertThat(out()).isEmpty();
        assertThat(err().lines()).contains("No such file or folder: " + folder.resolve("none"), "Unknown option: --help");
        assertThat(err().lines().filter("Usage: java -jar tidewatch.jar lint <files or folders>"::equals)).hasSize(3);
    }

    private Path write(String name, String id, String from) throws IOException {
        return Files.writeString(folder.resolve(name), """
                - route:
                    id: %s
                    from:
                      uri: %s
                      steps:
                        - log: done
                """.formatted(id, from));
    }

    private int lint(Path... files) {
        return new Lint(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(Arrays.stream(files).map(Path::toString).toList());
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }
}

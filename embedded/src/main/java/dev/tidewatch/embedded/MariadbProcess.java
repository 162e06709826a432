package dev.tidewatch.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running mariadbd, a child process with a pid file, so that the next run finds it when this one is killed. */
final class MariadbProcess {

    private static final Logger log = LoggerFactory.getLogger(MariadbProcess.class);
    private static final Duration GRACE = Duration.ofSeconds(8);
    private static final int LOG_TAIL = 2000;

    private final Process process;
    private final Path output;
    private final Path pidFile;

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
            throw new UncheckedIOException("mariadbd cannot be started", e);
        }
    }

    /** Ends the mariadbd that a killed run left behind on this data directory. */
    static void stopOrphan(Path directory) {
        orphan(directory).ifPresent(orphan -> {
            log.warn("Stopping mariadbd {}, left behind by an earlier run that was killed", orphan.pid());
            orphan.destroy();
            if (!isGone(directory)) {
                orphan.destroyForcibly();
                isGone(directory);
            }
        });
    }

    /** Asks for the command line, not for the process: where nobody collects its end, an ended one stays as a zombie without a command line. */
    private static boolean isGone(Path directory) {
        long deadline = System.nanoTime() + GRACE.toNanos();
        while (orphan(directory).isPresent() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        return orphan(directory).isEmpty();
    }

    private static Optional<ProcessHandle> orphan(Path directory) {
        try {
            long pid = Long.parseLong(Files.readString(pidFile(directory)).strip());
            // The number may belong to another process by now: only its command line tells.
            String commandLine = Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
            byte[] argument = ("--datadir=" + MariadbInstallation.data(directory)).getBytes(StandardCharsets.UTF_8);
            boolean ours = List.of(commandLine.split("\0")).contains(new String(argument, StandardCharsets.ISO_8859_1));
            return ours ? ProcessHandle.of(pid) : Optional.empty();
        } catch (IOException | NumberFormatException none) {
            return Optional.empty();
        }
    }

    private static boolean ended(ProcessHandle handle) {
        try {
            handle.onExit().get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Ends it in order, within seconds, and by force after that. */
    void stop() {
        process.destroy();
        // One that hangs takes no other signal.
        signal("CONT");
        if (!ended(process.toHandle())) {
            log.warn("mariadbd {} did not end within {}; it is killed", process.pid(), GRACE);
            process.destroyForcibly();
            ended(process.toHandle());
        }
        deletePidFile();
    }

    /** Ends it as a power failure would: no shutdown, no flush. */
    void kill() {
        process.destroyForcibly();
        ended(process.toHandle());
        deletePidFile();
    }

    void signal(String name) {
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

    /** The end of what it wrote, for the message of an error. */
    String outputTail() {
        try {
            String text = Files.readString(output, StandardCharsets.ISO_8859_1);
            return text.substring(Math.max(0, text.length() - LOG_TAIL));
        } catch (IOException e) {
            return "(no output: " + e.getMessage() + ")";
        }
    }

    private void deletePidFile() {
        try {
            Files.deleteIfExists(pidFile);
        } catch (IOException e) {
            log.debug("{} stays", pidFile, e);
        }
    }

    private static Path pidFile(Path directory) {
        return directory.resolve("mariadbd.pid");
    }
}

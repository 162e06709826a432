package dev.tidewatch.routefiles;

import dev.tidewatch.routefiles.check.CheckResult;
import dev.tidewatch.routefiles.check.Rejection;
import dev.tidewatch.routefiles.check.RouteFile;
import dev.tidewatch.routefiles.check.RouteFileChecker;
import dev.tidewatch.routefiles.check.RouteSummary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.util.URISupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;

/**
 * Keeps the running routes in sync with the files of the user's folder. Files are independent: a rejected file affects no other file, and
 * its previous version keeps running. The folder is polled, because a container gets no notifications of changes on its host.
 */
@Component("routeFolder")
public class RouteFolder implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(RouteFolder.class);
    private static final int MAX_REASON_LENGTH = 300;

    private final Path folder;
    private final RouteFileChecker checker;
    private final RouteLoader loader;
    private final ExecutorService stops = Executors.newCachedThreadPool(new CustomizableThreadFactory("stop-routes-"));
    private final Map<Path, TrackedFile> files = new TreeMap<>();
    /** The files whose routes are being stopped, including removed files; their names stay in use until then. */
    private final Set<TrackedFile> stopping = new HashSet<>();
    private List<Rejection> folderRejections = List.of();
    private volatile List<RouteFile> loaded = List.of();
    private volatile List<Rejection> rejections = List.of();

    /** The state of a file. */
    private static final class TrackedFile {

        private FileStamp seen;
        /** The current version of the file; null if the check or Camel has rejected it. */
        private RouteFile wanted;
        /** The version that is running or being stopped; null if there is none. */
        private RouteFile running;
        /** The version that was stopped for the wanted one, which has not started yet; null otherwise. */
        private RouteFile previous;
        /** The ids of its routes that were stopped on request. */
        private Set<String> held = Set.of();
        private List<Rejection> rejections = List.of();
        private boolean settled;
        private boolean missing;

        private boolean isDue() {
            return wanted != null && wanted != running && rejections.isEmpty();
        }
    }

    /** Changes whenever a file is changed or replaced. */
    private record FileStamp(long size, long modified, Object key) {
    }

    RouteFolder(RouteFilesProperties settings, RouteFileChecker checker, RouteLoader loader) {
        this.folder = settings.folder().toAbsolutePath().normalize();
        this.checker = checker;
        this.loader = loader;
    }

    /** The files whose routes are running or being stopped. */
    List<RouteFile> loaded() {
        return loaded;
    }

    /** Why files are rejected, or why the folder cannot be read. */
    public List<Rejection> rejections() {
        return rejections;
    }

    /** Polls the folder, and loads, reloads or removes the files that changed before the last poll and not since. */
    public synchronized void scan() {
        Map<Path, FileStamp> found;
        try {
            found = list();
        } catch (IOException | UncheckedIOException e) {
            log.debug("{} cannot be read", folder, e);
            rejectFolder(List.of(new Rejection(folder, 0, 0,
                    "The folder cannot be read; the loaded routes keep running. Check its path and permissions.")));
            return;
        }
        rejectFolder(List.of());
        List<Path> changed = changed(found);
        List<Path> removed = removed(found);
        if (changed.isEmpty() && removed.isEmpty()) {
            return;
        }
        removed.forEach(this::remove);
        changed.forEach(this::read);
        rejectConflicts();
        // Stop all changed files before starting any, so that files can exchange ids.
        files.values().stream().filter(file -> file.isDue() && file.running != null && !stopping.contains(file)).forEach(this::stop);
        startDueFiles();
        publish();
    }

    private void rejectFolder(List<Rejection> reasons) {
        if (!reasons.equals(folderRejections)) {
            folderRejections = reasons;
            reasons.forEach(rejection -> log.atWarn().addKeyValue("file", name(folder)).addKeyValue("reason", rejection.reason())
                    .log("Route folder cannot be read"));
            publish();
        }
    }

    private void publish() {
        loaded = Stream.concat(files.values().stream(), stopping.stream()).distinct().map(file -> file.running)
                .filter(Objects::nonNull).toList();
        rejections = Stream.concat(folderRejections.stream(), files.values().stream().flatMap(file -> file.rejections.stream())).toList();
    }

    private Map<Path, FileStamp> list() throws IOException {
        Map<Path, FileStamp> found = new TreeMap<>();
        if (Files.notExists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return found;
        }
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.filter(RouteFile::hasName).toList()) {
                stamp(file).ifPresent(stamp -> found.put(file, stamp));
            }
        }
        return found;
    }

    private static Optional<FileStamp> stamp(Path file) {
        try {
            BasicFileAttributes link = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            BasicFileAttributes target = link.isSymbolicLink() && Files.exists(file)
                    ? Files.readAttributes(file, BasicFileAttributes.class) : link;
            return Optional.of(new FileStamp(target.size(), target.lastModifiedTime().toMillis(), target.fileKey()));
        } catch (IOException e) {
            log.debug("{} disappeared during the poll", file, e);
            return Optional.empty();
        }
    }

    /** The new and changed files that were the same at two polls: an editor may still be writing the others. */
    private List<Path> changed(Map<Path, FileStamp> found) {
        List<Path> changed = new ArrayList<>();
        found.forEach((file, stamp) -> {
            TrackedFile tracked = files.computeIfAbsent(file, path -> new TrackedFile());
            if (!stamp.equals(tracked.seen)) {
                tracked.seen = stamp;
                tracked.settled = false;
            } else if (!tracked.settled) {
                tracked.settled = true;
                changed.add(file);
            }
        });
        return changed;
    }

    /** The files that were missing at two polls: an editor may replace a file in two steps. */
    private List<Path> removed(Map<Path, FileStamp> found) {
        List<Path> removed = new ArrayList<>();
        files.forEach((file, tracked) -> {
            boolean absent = !found.containsKey(file);
            if (absent && tracked.missing) {
                removed.add(file);
            }
            tracked.missing = absent;
        });
        return removed;
    }

    private void remove(Path file) {
        TrackedFile tracked = files.remove(file);
        if (tracked.running != null && !stopping.contains(tracked)) {
            stop(tracked);
        }
    }

    private void read(Path file) {
        TrackedFile tracked = files.get(file);
        CheckResult result = check(file);
        boolean same = result.accepted() && tracked.running != null && !stopping.contains(tracked)
                && tracked.running.text().equals(result.file().text());
        tracked.wanted = same ? tracked.running : result.file();
        reject(file, tracked, result.rejections());
    }

    private CheckResult check(Path file) {
        try {
            return checker.check(file);
        } catch (RuntimeException | StackOverflowError e) {
            log.debug("The check of {} failed", file, e);
            return new CheckResult(null, List.of(new Rejection(file, 0, 0, "The file cannot be checked. Simplify it.")));
        }
    }

    /**
     * If several files use the same name, the file that is running with it keeps it, then any other running file, then the first file in
     * alphabetical order. A rejected file keeps the names of its previous version, which is still running.
     */
    private void rejectConflicts() {
        Set<Path> pending = new TreeSet<>();
        files.forEach((file, tracked) -> {
            if (tracked.wanted != null && tracked.wanted != tracked.running) {
                pending.add(file);
            }
        });
        Map<Path, List<Rejection>> conflicts = conflicts(pending);
        while (!conflicts.isEmpty()) {
            conflicts.forEach((file, reasons) -> reject(file, files.get(file), reasons));
            pending.removeAll(conflicts.keySet());
            conflicts = conflicts(pending);
        }
        pending.forEach(file -> files.get(file).rejections = List.of());
    }

    private Map<Path, List<Rejection>> conflicts(Set<Path> pending) {
        List<RouteFile> claims = files.entrySet().stream()
                .sorted(Comparator.comparing(each -> !pending.contains(each.getKey()) ? 0 : runs(each.getValue()) ? 1 : 2))
                .map(each -> pending.contains(each.getKey()) ? each.getValue().wanted : each.getValue().running)
                .filter(Objects::nonNull).toList();
        return checker.conflicts(claims).stream().filter(rejection -> pending.contains(rejection.file()))
                .collect(Collectors.groupingBy(Rejection::file, TreeMap::new, Collectors.toList()));
    }

    private void reject(Path file, TrackedFile tracked, List<Rejection> reasons) {
        if (!reasons.isEmpty() && !reasons.equals(tracked.rejections)) {
            reasons.forEach(rejection -> log.atWarn().addKeyValue("file", name(file))
                    .addKeyValue("line", rejection.line()).addKeyValue("column", rejection.column())
                    .addKeyValue("reason", rejection.reason())
                    .log("Route file is rejected" + (tracked.running == null ? "" : "; its previous version keeps running")));
        }
        tracked.rejections = reasons;
    }

    private static boolean runs(TrackedFile tracked) {
        return tracked.running != null || tracked.previous != null;
    }

    /** Stops on another thread, so that a route that blocks delays nothing else. */
    private void stop(TrackedFile tracked) {
        stopping.add(tracked);
        tracked.held = loader.stopped(tracked.running);
        stops.execute(() -> {
            try {
                loader.unload(tracked.running);
            } catch (Exception e) {
                log.atError().addKeyValue("file", name(tracked.running.path())).addKeyValue("reason", e.getClass().getName())
                        .log("Route file cannot be stopped");
            } finally {
                stopped(tracked);
            }
        });
    }

    private synchronized void stopped(TrackedFile tracked) {
        stopping.remove(tracked);
        tracked.previous = tracked.running;
        tracked.running = null;
        if (!files.containsValue(tracked)) {
            loader.forget(tracked.previous);
            log.atInfo().addKeyValue("file", name(tracked.previous.path())).log("Route file is removed");
        }
        startDueFiles();
        publish();
    }

    private void startDueFiles() {
        files.forEach((file, tracked) -> {
            if (tracked.isDue() && tracked.running == null && isFree(stopping, tracked.wanted)) {
                start(file, tracked);
            }
            if (!tracked.isDue() && tracked.previous != null && isFree(stopping, tracked.previous)) {
                restore(file, tracked);
            }
        });
    }

    private void start(Path file, TrackedFile tracked) {
        try {
            loader.load(tracked.wanted, Set.of());
            tracked.running = tracked.wanted;
            log.atInfo().addKeyValue("file", name(file)).addKeyValue("routes", ids(tracked.running))
                    .log(tracked.previous == null ? "Route file is loaded" : "Route file is reloaded");
            if (tracked.previous != null) {
                loader.forgetAllBut(tracked.running, tracked.previous);
                tracked.previous = null;
            }
        } catch (Exception | LinkageError | StackOverflowError e) {
            log.debug("Camel rejects {}", file, e);
            // Not retried before the file changes.
            tracked.wanted = null;
            List<Rejection> reasons = List.of(new Rejection(file, 0, 0, reason(e)));
            if (tracked.previous != null) {
                restore(file, tracked);
            }
            reject(file, tracked, reasons);
        }
    }

    /** The first line of Camel's message, which names steps and options of the file, with passwords removed from URIs. */
    private static String reason(Throwable refusal) {
        String message = String.valueOf(NestedExceptionUtils.getMostSpecificCause(refusal).getMessage()).lines().findFirst().orElse("");
        String clean = URISupport.sanitizeUri(message);
        return "Camel cannot start the routes: "
                + (clean.length() > MAX_REASON_LENGTH ? clean.substring(0, MAX_REASON_LENGTH) + " …" : clean);
    }

    /** The ids of a file's routes. */
    static List<String> ids(RouteFile file) {
        return file.routes().stream().map(RouteSummary::id).filter(Objects::nonNull).toList();
    }

    /** Starts the previous version, unless another file uses one of its names. Routes that were stopped on request stay stopped. */
    private void restore(Path file, TrackedFile tracked) {
        RouteFile old = tracked.previous;
        tracked.previous = null;
        if (isFree(files.values(), old)) {
            try {
                loader.load(old, tracked.held);
                tracked.running = old;
            } catch (Exception | LinkageError | StackOverflowError e) {
                log.atError().addKeyValue("file", name(file)).log("Previous version of the route file cannot be restarted");
            }
        }
    }

    /** Whether none of these files uses a name of the file. */
    private boolean isFree(Collection<TrackedFile> others, RouteFile file) {
        List<RouteFile> claims = Stream.concat(others.stream().map(other -> other.running).filter(Objects::nonNull), Stream.of(file))
                .toList();
        return claims.stream().filter(claim -> claim.path().equals(file.path())).count() == 1 && checker.conflicts(claims).isEmpty();
    }

    /** The name of a file within the folder. */
    String name(Path file) {
        return file.equals(folder) ? folder.getFileName().toString() : folder.relativize(file).toString();
    }

    @Override
    public void destroy() {
        stops.shutdownNow();
    }
}

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
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;

/**
 * Keeps the routes that run equal to the files of the user's folder. Each file is on its own: one that is refused changes nothing, and what
 * it held before runs on. The folder is looked at again and again, because a container is not told of changes on its host.
 */
@Component("routeFolder")
public class RouteFolder implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(RouteFolder.class);
    private static final int LONGEST_REASON = 300;

    private final Path folder;
    private final RouteFileChecker checker;
    private final RouteLoader loader;
    private final ExecutorService stops = Executors.newCachedThreadPool(new CustomizableThreadFactory("stop-routes-"));
    private final Map<Path, Entry> entries = new TreeMap<>();
    /** What is about to stop, also of files that are gone; it holds its ids and addresses until it has. */
    private final Set<Entry> stopping = new HashSet<>();
    private List<Rejection> folderRejections = List.of();
    private volatile List<RouteFile> loaded = List.of();
    private volatile List<Rejection> rejections = List.of();

    /** What is known of a file. */
    private static final class Entry {

        private Stamp seen;
        /** What the file says, if it may be run; null when it, or Camel, has refused that. */
        private RouteFile wanted;
        /** What runs of it, or is about to stop; null when nothing does. */
        private RouteFile running;
        /** What ran of it until it was stopped for what is wanted, which has not started yet; else null. */
        private RouteFile before;
        /** The routes of it that somebody had stopped. */
        private Set<String> held = Set.of();
        private List<Rejection> rejections = List.of();
        private boolean settled;
        private boolean missing;

        private boolean isDue() {
            return wanted != null && wanted != running && rejections.isEmpty();
        }
    }

    /** Changes whenever a file does, also when another takes its place. */
    private record Stamp(long size, long modified, Object key) {
    }

    RouteFolder(@Value("${tidewatch.routes.folder}") Path folder, RouteFileChecker checker, RouteLoader loader) {
        this.folder = folder.toAbsolutePath().normalize();
        this.checker = checker;
        this.loader = loader;
    }

    /** The files whose routes run, or are about to stop. */
    List<RouteFile> loaded() {
        return loaded;
    }

    /** What is wrong with the files that were refused, or with the folder. */
    public List<Rejection> rejections() {
        return rejections;
    }

    /** Looks at the folder, and loads, loads anew or removes what has changed since the last look and stands still since. */
    public synchronized void scan() {
        Map<Path, Stamp> found;
        try {
            found = files();
        } catch (IOException | UncheckedIOException e) {
            log.debug("{} cannot be read", folder, e);
            refuseFolder(List.of(new Rejection(folder, 0, 0,
                    "The folder cannot be read, so what was loaded runs on. Make it a folder that the application may read.")));
            return;
        }
        refuseFolder(List.of());
        List<Path> changed = changed(found);
        List<Path> gone = gone(found);
        if (changed.isEmpty() && gone.isEmpty()) {
            return;
        }
        gone.forEach(this::remove);
        changed.forEach(this::read);
        refuseConflicts();
        // What has changed is stopped first, and started then, so that files may hand ids to each other.
        entries.values().stream().filter(entry -> entry.isDue() && entry.running != null && !stopping.contains(entry)).forEach(this::stop);
        startWhatIsDue();
        publish();
    }

    private void refuseFolder(List<Rejection> reasons) {
        if (!reasons.equals(folderRejections)) {
            folderRejections = reasons;
            reasons.forEach(rejection -> log.atWarn().addKeyValue("file", name(folder)).addKeyValue("reason", rejection.reason())
                    .log("Route folder cannot be read"));
            publish();
        }
    }

    private void publish() {
        loaded = Stream.concat(entries.values().stream(), stopping.stream()).distinct().map(entry -> entry.running).filter(Objects::nonNull)
                .toList();
        rejections = Stream.concat(folderRejections.stream(), entries.values().stream().flatMap(entry -> entry.rejections.stream())).toList();
    }

    private Map<Path, Stamp> files() throws IOException {
        Map<Path, Stamp> found = new TreeMap<>();
        if (Files.notExists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return found;
        }
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.filter(RouteFile::isNamedSo).toList()) {
                stamp(file).ifPresent(stamp -> found.put(file, stamp));
            }
        }
        return found;
    }

    private static Optional<Stamp> stamp(Path file) {
        try {
            BasicFileAttributes link = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            BasicFileAttributes target = link.isSymbolicLink() && Files.exists(file)
                    ? Files.readAttributes(file, BasicFileAttributes.class) : link;
            return Optional.of(new Stamp(target.size(), target.lastModifiedTime().toMillis(), target.fileKey()));
        } catch (IOException e) {
            log.debug("{} went away while it was looked at", file, e);
            return Optional.empty();
        }
    }

    /** The files that are new or changed, and have been the same at two looks: an editor may still be writing the others. */
    private List<Path> changed(Map<Path, Stamp> found) {
        List<Path> changed = new ArrayList<>();
        found.forEach((file, stamp) -> {
            Entry entry = entries.computeIfAbsent(file, path -> new Entry());
            if (!stamp.equals(entry.seen)) {
                entry.seen = stamp;
                entry.settled = false;
            } else if (!entry.settled) {
                entry.settled = true;
                changed.add(file);
            }
        });
        return changed;
    }

    /** The files that were not there at two looks: an editor may put a new one in the place of the old. */
    private List<Path> gone(Map<Path, Stamp> found) {
        List<Path> gone = new ArrayList<>();
        entries.forEach((file, entry) -> {
            boolean absent = !found.containsKey(file);
            if (absent && entry.missing) {
                gone.add(file);
            }
            entry.missing = absent;
        });
        return gone;
    }

    private void remove(Path file) {
        Entry entry = entries.remove(file);
        if (entry.running != null && !stopping.contains(entry)) {
            stop(entry);
        }
    }

    private void read(Path file) {
        Entry entry = entries.get(file);
        CheckResult result = check(file);
        boolean same = result.accepted() && entry.running != null && !stopping.contains(entry)
                && entry.running.text().equals(result.file().text());
        entry.wanted = same ? entry.running : result.file();
        refuse(file, entry, result.rejections());
    }

    private CheckResult check(Path file) {
        try {
            return checker.check(file);
        } catch (RuntimeException | StackOverflowError e) {
            log.debug("The check of {} failed", file, e);
            return new CheckResult(null, List.of(new Rejection(file, 0, 0, "The file cannot be checked. Write it in a simpler way.")));
        }
    }

    /**
     * Of the files that want one and the same id or address, the one that runs with it keeps it, then the one that runs; else the first by
     * name gets it. What is refused claims what it held before, because that runs on.
     */
    private void refuseConflicts() {
        Set<Path> pending = new TreeSet<>();
        entries.forEach((file, entry) -> {
            if (entry.wanted != null && entry.wanted != entry.running) {
                pending.add(file);
            }
        });
        Map<Path, List<Rejection>> conflicts = conflicts(pending);
        while (!conflicts.isEmpty()) {
            conflicts.forEach((file, reasons) -> refuse(file, entries.get(file), reasons));
            pending.removeAll(conflicts.keySet());
            conflicts = conflicts(pending);
        }
        pending.forEach(file -> entries.get(file).rejections = List.of());
    }

    private Map<Path, List<Rejection>> conflicts(Set<Path> pending) {
        List<RouteFile> claims = entries.entrySet().stream()
                .sorted(Comparator.comparing(each -> !pending.contains(each.getKey()) ? 0 : runs(each.getValue()) ? 1 : 2))
                .map(each -> pending.contains(each.getKey()) ? each.getValue().wanted : each.getValue().running)
                .filter(Objects::nonNull).toList();
        return checker.conflicts(claims).stream().filter(rejection -> pending.contains(rejection.file()))
                .collect(Collectors.groupingBy(Rejection::file, TreeMap::new, Collectors.toList()));
    }

    private void refuse(Path file, Entry entry, List<Rejection> reasons) {
        if (!reasons.isEmpty() && !reasons.equals(entry.rejections)) {
            reasons.forEach(rejection -> log.atWarn().addKeyValue("file", name(file))
                    .addKeyValue("line", rejection.line()).addKeyValue("column", rejection.column()).addKeyValue("reason", rejection.reason())
                    .log(entry.running == null ? "Route file is rejected" : "Route file is rejected; what it held before runs on"));
        }
        entry.rejections = reasons;
    }

    private static boolean runs(Entry entry) {
        return entry.running != null || entry.before != null;
    }

    /** On a thread of its own, because a route that blocks takes its time; everything else goes on meanwhile. */
    private void stop(Entry entry) {
        stopping.add(entry);
        entry.held = loader.stopped(entry.running);
        stops.execute(() -> {
            try {
                loader.unload(entry.running);
            } catch (Exception e) {
                log.atError().addKeyValue("file", name(entry.running.path())).addKeyValue("reason", e.getClass().getName())
                        .log("A route of the file cannot be stopped");
            } finally {
                stopped(entry);
            }
        });
    }

    private synchronized void stopped(Entry entry) {
        stopping.remove(entry);
        entry.before = entry.running;
        entry.running = null;
        if (!entries.containsValue(entry)) {
            loader.forget(entry.before);
            log.atInfo().addKeyValue("file", name(entry.before.path())).log("Route file is removed");
        }
        startWhatIsDue();
        publish();
    }

    private void startWhatIsDue() {
        entries.forEach((file, entry) -> {
            if (entry.isDue() && entry.running == null && isLeftBy(stopping, entry.wanted)) {
                start(file, entry);
            }
            if (!entry.isDue() && entry.before != null && isLeftBy(stopping, entry.before)) {
                restore(file, entry);
            }
        });
    }

    private void start(Path file, Entry entry) {
        try {
            loader.load(entry.wanted, Set.of());
            entry.running = entry.wanted;
            log.atInfo().addKeyValue("file", name(file)).addKeyValue("routes", ids(entry.running))
                    .log(entry.before == null ? "Route file is loaded" : "Route file is loaded anew");
            if (entry.before != null) {
                loader.forgetAllBut(entry.running, entry.before);
                entry.before = null;
            }
        } catch (Exception | LinkageError | StackOverflowError e) {
            log.debug("Camel does not take {}", file, e);
            // Not tried again before it changes.
            entry.wanted = null;
            List<Rejection> reasons = List.of(new Rejection(file, 0, 0, reason(e)));
            if (entry.before != null) {
                restore(file, entry);
            }
            refuse(file, entry, reasons);
        }
    }

    /** What Camel says of it, which names steps and options of the file; its addresses without passwords. */
    private static String reason(Throwable refusal) {
        String words = String.valueOf(NestedExceptionUtils.getMostSpecificCause(refusal).getMessage()).lines().findFirst().orElse("");
        String clean = URISupport.sanitizeUri(words);
        return "Camel cannot start it: %s".formatted(clean.length() > LONGEST_REASON ? clean.substring(0, LONGEST_REASON) + " …" : clean);
    }

    /** The ids of a file's routes. */
    static List<String> ids(RouteFile file) {
        return file.routes().stream().map(RouteSummary::id).filter(Objects::nonNull).toList();
    }

    /** Starts what ran before, unless another file has taken something of it; what somebody had stopped stays so. */
    private void restore(Path file, Entry entry) {
        RouteFile old = entry.before;
        entry.before = null;
        if (isLeftBy(entries.values(), old)) {
            try {
                loader.load(old, entry.held);
                entry.running = old;
            } catch (Exception | LinkageError | StackOverflowError e) {
                log.atError().addKeyValue("file", name(file)).log("What the file held before cannot be started again");
            }
        }
    }

    /** Whether none of these has something that a file would take. */
    private boolean isLeftBy(Collection<Entry> others, RouteFile file) {
        List<RouteFile> claims = Stream.concat(others.stream().map(entry -> entry.running).filter(Objects::nonNull), Stream.of(file)).toList();
        return claims.stream().filter(claim -> claim.path().equals(file.path())).count() == 1 && checker.conflicts(claims).isEmpty();
    }

    /** A file as the user knows it. */
    String name(Path file) {
        return file.equals(folder) ? folder.getFileName().toString() : folder.relativize(file).toString();
    }

    @Override
    public void destroy() {
        stops.shutdownNow();
    }
}

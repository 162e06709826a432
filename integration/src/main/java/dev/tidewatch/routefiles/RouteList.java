package dev.tidewatch.routefiles;

import dev.tidewatch.consumer.ConsumerCounts;
import dev.tidewatch.consumer.ConsumerWatch;
import dev.tidewatch.consumer.ConsumingRoutes.ConsumingRoute;
import dev.tidewatch.consumer.LastFailure;
import dev.tidewatch.consumer.StalledPartition;
import dev.tidewatch.http.ProblemException;
import dev.tidewatch.routefiles.check.Rejection;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.Variable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** The routes and rejected route files for the HTTP API. */
@Component("routeList")
public class RouteList {

    private final CamelContext camel;
    private final RouteFolder folder;
    private final RouteControl control;
    private final RouteCounts counts;
    private final Sources sources;
    private final ConsumerCounts consumerCounts;
    private final ConsumerWatch watch;

    RouteList(CamelContext camel, RouteFolder folder, RouteControl control, RouteCounts counts, Sources sources,
            ConsumerCounts consumerCounts, ConsumerWatch watch) {
        this.camel = camel;
        this.folder = folder;
        this.control = control;
        this.counts = counts;
        this.sources = sources;
        this.consumerCounts = consumerCounts;
        this.watch = watch;
    }

    /** Every route except those of Kamelets, and every rejection. */
    public RouteReport list() {
        Map<String, ConsumingRoute> reading = sources.byRoute();
        return new RouteReport(
                camel.getRoutes().stream().filter(route -> !route.isCreatedByKamelet()).map(route -> state(route, reading)).toList(),
                folder.rejections().stream().map(this::rejected).toList());
    }

    private RouteState state(Route route, Map<String, ConsumingRoute> reading) {
        RouteCounts.ExchangeCounts counts = this.counts.of(route.getRouteId());
        ConsumingRoute source = reading.get(route.getRouteId());
        String file = file(route);
        boolean own = isUsers(route.getRouteId());
        return new RouteState(route.getRouteId(), route.getDescription(), file, own,
                own ? null : file.replaceFirst("^camel/([^/]+)/.*", "$1"), status(route.getRouteId()),
                counts.exchanges().sum(), counts.failures().sum(), source == null ? null : consumer(source));
    }

    private ConsumerState consumer(ConsumingRoute route) {
        ConsumerCounts.Counts counts = consumerCounts.counts(route.groupId(), route.topics());
        ConsumerWatch.RouteLag lag = watch.of(route.routeId());
        return new ConsumerState(route.groupId(), lag.lag(), counts.deadLettered(), counts.retried(), counts.duplicates(),
                counts.refusedWatermarks(), counts.skippedRecords(), counts.lastFailure(), lag.stalled());
    }

    private String status(String id) {
        if (control.isStopping(id)) {
            return ServiceStatus.Stopping.name().toLowerCase(Locale.ROOT);
        }
        ServiceStatus status = camel.getRouteController().getRouteStatus(id);
        // The route may just have been removed.
        return (status == null ? ServiceStatus.Stopped : status).name().toLowerCase(Locale.ROOT);
    }

    private String file(Route route) {
        String location = route.getSourceResource().getLocation();
        return isUsers(route.getRouteId()) ? folder.name(Path.of(location.substring("file:".length())))
                : location.replaceFirst(".*camel/", "camel/");
    }

    private RejectedFile rejected(Rejection rejection) {
        return new RejectedFile(folder.name(rejection.file()), rejection.line(), rejection.column(), rejection.reason());
    }

    /**
     * Starts a route of a route file.
     *
     * @throws ProblemException if no route file has this route
     */
    public void start(@Variable("routeId") String id) throws Exception {
        control.start(known(id));
    }

    /**
     * Stops a route of a route file after its in-flight exchanges. New records stay in Kafka.
     *
     * @throws ProblemException if no route file has this route
     */
    public void stop(@Variable("routeId") String id) throws Exception {
        control.stop(known(id));
    }

    /** One route of a route file, as in {@link #list}. */
    public RouteState one(@Variable("routeId") String id) {
        return state(Optional.ofNullable(camel.getRoute(known(id))).orElseThrow(RouteList::unknownRoute), sources.byRoute());
    }

    private String known(String id) {
        if (!isUsers(id)) {
            throw unknownRoute();
        }
        return id;
    }

    private static ProblemException unknownRoute() {
        return new ProblemException(HttpStatus.NOT_FOUND,
                "Your route files do not define this route; GET /api/routes lists your routes.");
    }

    private boolean isUsers(String id) {
        return folder.loaded().stream().anyMatch(file -> RouteFolder.ids(file).contains(id));
    }

    /** The schema {@code Routes} of the HTTP API. */
    public record RouteReport(List<RouteState> routes, List<RejectedFile> rejected) {
    }

    /**
     * A route.
     *
     * @param file its file in the user's folder or in the application
     * @param own whether it belongs to a file in the user's folder, and so can be started and stopped
     * @param capability the part of Tidewatch that it belongs to; null for a route in the user's folder
     * @param exchanges completed exchanges since it was loaded, including failures
     * @param failures exchanges that ended with an exception
     * @param consumer null if it reads nothing from Kafka
     */
    public record RouteState(String id, String description, String file, boolean own, String capability, String state, long exchanges,
            long failures, ConsumerState consumer) {
    }

    /** The contract's schema {@code Consumer}. */
    public record ConsumerState(String group, Long lag, long deadLettered, long retried, long duplicates, long refusedWatermarks,
            long skippedRecords, LastFailure lastFailure, List<StalledPartition> stalled) {
    }

    /** Why a route file is not loaded; line and column from 1, 0 for the file as a whole. */
    public record RejectedFile(String file, int line, int column, String reason) {
    }
}

package dev.tidewatch.routefiles;

import dev.tidewatch.http.ProblemException;
import dev.tidewatch.routefiles.check.Rejection;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.Variable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** The routes, as an operator sees them. */
@Component("routeList")
public class RouteList {

    private final CamelContext camel;
    private final RouteFolder folder;
    private final RouteControl control;
    private final RouteCounts counts;

    RouteList(CamelContext camel, RouteFolder folder, RouteControl control, RouteCounts counts) {
        this.camel = camel;
        this.folder = folder;
        this.control = control;
        this.counts = counts;
    }

    /** Every route that was loaded, but those that a Kamelet made, and what is wrong with the files that were refused. */
    public Report list() {
        return new Report(
                camel.getRoutes().stream().filter(route -> !route.isCreatedByKamelet()).map(this::state).toList(),
                folder.rejections().stream().map(this::refused).toList());
    }

    private State state(Route route) {
        RouteCounts.Counts done = counts.of(route.getRouteId());
        return new State(route.getRouteId(), route.getDescription(), file(route), isUsers(route.getRouteId()),
                status(route.getRouteId()),
                done.exchanges().sum(), done.failures().sum());
    }

    private String status(String id) {
        if (control.isStopping(id)) {
            return ServiceStatus.Stopping.name().toLowerCase(Locale.ROOT);
        }
        ServiceStatus status = camel.getRouteController().getRouteStatus(id);
        // It may just have been removed.
        return (status == null ? ServiceStatus.Stopped : status).name().toLowerCase(Locale.ROOT);
    }

    private String file(Route route) {
        String location = route.getSourceResource().getLocation();
        return isUsers(route.getRouteId()) ? folder.name(Path.of(location.substring("file:".length()))) : location.replaceFirst(".*camel/", "camel/");
    }

    private Refused refused(Rejection rejection) {
        return new Refused(folder.name(rejection.file()), rejection.line(), rejection.column(), rejection.reason());
    }

    /**
     * Starts a route of the user's.
     *
     * @throws ProblemException if no file of the user's has it
     */
    public void start(@Variable("routeId") String id) throws Exception {
        control.start(known(id));
    }

    /**
     * Stops a route of the user's; what is under way in it ends first, and its records wait.
     *
     * @throws ProblemException if no file of the user's has it
     */
    public void stop(@Variable("routeId") String id) throws Exception {
        control.stop(known(id));
    }

    /** A route of the user's by its id, as {@link #list} shows it. */
    public State one(@Variable("routeId") String id) {
        return state(Optional.ofNullable(camel.getRoute(known(id))).orElseThrow(RouteList::unknownRoute));
    }

    private String known(String id) {
        if (!isUsers(id)) {
            throw unknownRoute();
        }
        return id;
    }

    private static ProblemException unknownRoute() {
        return new ProblemException(HttpStatus.NOT_FOUND, "None of your route files defines this route; GET /api/routes lists your routes.");
    }

    private boolean isUsers(String id) {
        return folder.loaded().stream().anyMatch(file -> RouteFolder.ids(file).contains(id));
    }

    /** The contract's schema {@code Routes}. */
    public record Report(List<State> routes, List<Refused> rejected) {
    }

    /**
     * @param file where it stands: in the user's folder, or in the application
     * @param own whether it is of the user's folder, and so can be started and stopped
     * @param exchanges what it has done since it was loaded
     * @param failures exchanges of these that ended with an error
     */
    public record State(String id, String description, String file, boolean own, String state, long exchanges, long failures) {
    }

    /** Why a file of the user's is not loaded; line and column from 1, 0 for the whole file. */
    public record Refused(String file, int line, int column, String reason) {
    }
}

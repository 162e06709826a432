package dev.tidewatch.routefiles;

/** The user's folder has no such route. */
public final class UnknownRouteException extends RuntimeException {

    private static final long serialVersionUID = 1L;
}

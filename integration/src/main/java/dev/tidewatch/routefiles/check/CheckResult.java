package dev.tidewatch.routefiles.check;

import java.util.List;

/**
 * The result of checking one file.
 *
 * @param file null when there are rejections
 */
public record CheckResult(RouteFile file, List<Rejection> rejections) {

    public boolean accepted() {
        return rejections.isEmpty();
    }
}

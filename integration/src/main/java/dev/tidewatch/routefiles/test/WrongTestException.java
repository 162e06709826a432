package dev.tidewatch.routetest;

import dev.tidewatch.routes.YamlValue;
import dev.tidewatch.routes.YamlValue.Place;

/** A test file that says what cannot be, and where. */
final class WrongTestException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient Place place;

    WrongTestException(Place place, String message) {
        super(message);
        this.place = place;
    }

    WrongTestException(YamlValue value, String message) {
        this(value.place(), message);
    }

    Place place() {
        return place;
    }
}

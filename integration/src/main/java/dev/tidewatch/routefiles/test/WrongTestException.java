package dev.tidewatch.routefiles.test;

import dev.tidewatch.routefiles.check.YamlValue;
import dev.tidewatch.routefiles.check.YamlValue.Place;

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

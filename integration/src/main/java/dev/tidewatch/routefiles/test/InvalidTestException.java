package dev.tidewatch.routefiles.test;

import dev.tidewatch.routefiles.check.YamlPosition;
import dev.tidewatch.routefiles.check.YamlValue;

/** An invalid test file. */
final class InvalidTestException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient YamlPosition position;

    InvalidTestException(YamlPosition position, String message) {
        super(message);
        this.position = position;
    }

    InvalidTestException(YamlValue value, String message) {
        this(value.position(), message);
    }

    YamlPosition position() {
        return position;
    }
}

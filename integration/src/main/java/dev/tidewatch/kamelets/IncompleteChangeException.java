package dev.tidewatch.kamelets;

import dev.tidewatch.changes.Incompleteness;

/** A row change without the whole row, in a route that does not accept it: a permanent failure. */
public class IncompleteChangeException extends Exception {

    private static final long serialVersionUID = 1L;

    IncompleteChangeException(Incompleteness incomplete) {
        super("the message does not have all columns of the row (" + incomplete.reason() + "); a route that needs none of them sets the"
                + " parameter incomplete: accept");
    }
}

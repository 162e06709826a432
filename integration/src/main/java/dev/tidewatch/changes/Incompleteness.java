package dev.tidewatch.changes;

/**
 * Why a row change does not hold the whole row: the message was too large, and TiCDC sent what the changefeed's
 * {@code large-message-handle-option} says. Source: the {@code _tidb} extension.
 *
 * @param reason {@code handle-key-only}: the message holds only the key columns, and the row can be read from TiDB as of commitTs until its
 *     garbage collection; {@code claim-check}: the whole message is stored at the location
 * @param claimCheckLocation the URL of the whole message; null unless the reason is {@code claim-check}
 */
public record Incompleteness(String reason, String claimCheckLocation) {

    static Incompleteness handleKeyOnly() {
        return new Incompleteness("handle-key-only", null);
    }

    static Incompleteness claimCheck(String location) {
        return new Incompleteness("claim-check", location);
    }
}

package dev.tidewatch.changes;

/**
 * Why a row change does not hold the whole row: it was larger than TiCDC may send, and the changefeed's
 * {@code large-message-handle-option} says what to send instead. Source: the {@code _tidb} extension.
 *
 * @param reason {@code handle-key-only}: only the key's columns came, the row can be read from TiDB as of commitTs while its
 *     garbage collection keeps it; {@code claim-check}: the whole message lies at the location
 * @param claimCheckLocation the URL of the whole message, as TiCDC wrote it; null unless the reason is {@code claim-check}
 */
public record Incompleteness(String reason, String claimCheckLocation) {

    static Incompleteness handleKeyOnly() {
        return new Incompleteness("handle-key-only", null);
    }

    static Incompleteness claimCheck(String location) {
        return new Incompleteness("claim-check", location);
    }
}

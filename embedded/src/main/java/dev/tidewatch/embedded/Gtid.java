package dev.tidewatch.embedded;

/** MariaDB's global transaction ids, {@code domain-server-sequence}, of one domain and one server. */
final class Gtid {

    private Gtid() {
    }

    /** The sequence number; 0 without an id. */
    static long sequence(String gtid) {
        return gtid == null || gtid.isBlank() ? 0 : Long.parseLong(gtid.substring(gtid.lastIndexOf('-') + 1).strip());
    }
}

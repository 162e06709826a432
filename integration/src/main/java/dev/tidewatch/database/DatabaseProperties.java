package dev.tidewatch.database;

import dev.tidewatch.settings.Limits;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of the connection to TiDB.
 *
 * @param host  the host of the database
 * @param port  the port of the database
 * @param name  the schema; created if it does not exist
 * @param ssl   encryption of the connection: {@code false}, {@code preferred} or {@code required}; {@code verify_ca} also verifies the
 *              certificate, {@code true} (or {@code verify_identity}) the host name as well
 * @param sslCa a PEM file with the certificate authorities that {@code true} and {@code verify_ca} trust; empty for those that Java trusts
 */
@ConfigurationProperties("tidewatch.database")
record DatabaseProperties(String host, int port, String name, String ssl, String sslCa) {

    /** What fits into the URL of the driver and the rules of a changefeed. */
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_$.-]{1,64}");

    DatabaseProperties {
        Limits.number("TIDB_PORT", port, 1, 65_535);
        Limits.text("TIDB_DATABASE", name, NAME, "the name of a schema: at most 64 letters, digits and the characters _ $ . -");
    }

    /** Host and port, separated by a colon. */
    String address() {
        return host + ':' + port;
    }
}

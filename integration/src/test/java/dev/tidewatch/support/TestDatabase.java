package dev.tidewatch.support;

import java.net.URI;
import java.util.Optional;

/**
 * The database that a test runs against: the embedded one, or the server that the system property {@code tidewatch.test.jdbc-url}
 * names ({@code jdbc:mysql://127.0.0.1:4000/}, user root without a password), such as a real TiDB.
 */
public record TestDatabase(String host, int port) {

    public static final String PROPERTY = "tidewatch.test.jdbc-url";

    /** The server that the property names; empty for the embedded database. */
    public static Optional<TestDatabase> named() {
        return Optional.ofNullable(System.getProperty(PROPERTY)).filter(url -> !url.isBlank()).map(url -> {
            URI uri = URI.create(url.replaceFirst("^jdbc:", ""));
            return new TestDatabase(uri.getHost(), uri.getPort());
        });
    }
}

package dev.tidewatch.database;

import dev.tidewatch.settings.UnusableSettingException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Distinguishes a database that rejects the application, where a retry does not help, from an unreachable one: Flyway retries after an
 * {@link SQLException} only.
 */
class FirstConnection extends DelegatingDataSource {

    private static final String REFUSED_LOGIN = "28000";
    /** Connector/J's code for a capability that the server's handshake lacks; an unreachable server is 08S01. */
    private static final String NO_TLS = "08001";
    private static final int NO_RIGHT_TO_DATABASE = 1044;

    private final String address;
    private final String ssl;

    FirstConnection(DataSource target, String address, String ssl) {
        super(target);
        this.address = address;
        this.ssl = ssl;
    }

    @Override
    public Connection getConnection() throws SQLException {
        try {
            return super.getConnection();
        } catch (SQLException e) {
            Optional<String> reason = reason(e);
            if (reason.isPresent()) {
                throw new UnusableSettingException("The database at " + address + " " + reason.get(), e);
            }
            throw e;
        }
    }

    private Optional<String> reason(SQLException failure) {
        if (REFUSED_LOGIN.equals(failure.getSQLState())) {
            return Optional.of("rejects the credentials; check TIDB_USER and TIDB_PASSWORD.");
        }
        if (failure.getErrorCode() == NO_RIGHT_TO_DATABASE) {
            return Optional.of("does not allow TIDB_USER to use or create TIDB_DATABASE.");
        }
        if (NO_TLS.equals(failure.getSQLState())) {
            return Optional.of("does not support TLS, but TIDB_SSL (\"" + ssl + "\") or the user's authentication requires it.");
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException || cause instanceof CertPathValidatorException) {
                return Optional.of("has a certificate that TIDB_SSL (\"" + ssl
                        + "\") does not trust; check TIDB_SSL_CA and the host name.");
            }
        }
        return Optional.empty();
    }
}

package dev.tidewatch.health;

import dev.tidewatch.changefeed.Changefeed;
import dev.tidewatch.kafka.Brokers;
import dev.tidewatch.login.Passwords;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Waits until every route is connected, then logs the addresses of the application and its services. */
@Component("readiness")
public class Readiness {

    private static final Logger log = LoggerFactory.getLogger(Readiness.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final CamelContext camel;
    private final DataSource dataSource;
    private final Brokers brokers;
    private final Environment environment;
    private final Changefeed changefeed;
    private final Passwords passwords;
    private final Clock clock = Clock.systemUTC();
    private Instant started;
    /** Its version and address; null until it has answered. */
    private String database;

    Readiness(CamelContext camel, DataSource dataSource, Brokers brokers, Changefeed changefeed, Passwords passwords,
            Environment environment) {
        this.camel = camel;
        this.dataSource = dataSource;
        this.brokers = brokers;
        this.environment = environment;
        this.changefeed = changefeed;
        this.passwords = passwords;
    }

    /**
     * Whether the changefeed is not in place yet, or a route or the database still connects. It waits at most 20 seconds for the latter
     * two, because logins work without Kafka, and without the database they get 503.
     */
    public boolean isPending() {
        if (!changefeed.isInPlace()) {
            return true;
        }
        if (started == null) {
            started = clock.instant();
        }
        if (database == null) {
            database = readDatabase();
        }
        boolean connected = database != null && brokers.areReachable()
                && HealthCheckHelper.invokeReadiness(camel).stream().allMatch(result -> result.getState() == HealthCheck.State.UP);
        return !connected && clock.instant().isBefore(started.plus(PATIENCE));
    }

    /** Logs that Tidewatch is ready. */
    public void announce() {
        log.atInfo()
                .addKeyValue("address", address(environment))
                .addKeyValue("database", database != null ? database : "unreachable")
                .addKeyValue("broker", environment.getProperty("camel.component.kafka.brokers"))
                .addKeyValue("changefeed", environment.getProperty("tidewatch.changefeed.name"))
                .addKeyValue("argon2id", passwords.implementation())
                .log(brokers.areReachable() ? "Tidewatch is ready"
                        : "Tidewatch is ready, but Kafka is unreachable; events wait in the outbox");
    }

    /** The address that clients use, without a slash at its end. */
    static String address(Environment environment) {
        String published = environment.getProperty("tidewatch.http.public-url", "");
        if (!published.isEmpty()) {
            return published.replaceFirst("/+$", "");
        }
        String scheme = environment.containsProperty("server.ssl.bundle") ? "https" : "http";
        return scheme + "://localhost:" + environment.getProperty("local.server.port");
    }

    private String readDatabase() {
        try (Connection connection = dataSource.getConnection()) {
            DatabaseMetaData server = connection.getMetaData();
            return server.getDatabaseProductVersion() + " at "
                    + server.getURL().replaceFirst("^jdbc:mysql://", "").replaceFirst("\\?.*", "");
        } catch (SQLException e) {
            log.debug("Cannot read the version of the database", e);
            return null;
        }
    }
}

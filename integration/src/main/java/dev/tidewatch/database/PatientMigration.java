package dev.tidewatch.database;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.flyway.FlywayMigrationStrategy;

/**
 * Migrates, and waits while another instance migrates. Flyway itself waits on MariaDB; TiDB's {@code GET_LOCK} fails after too many retries
 * (error 1105, "pessimistic lock retry limit reached").
 */
class PatientMigration implements FlywayMigrationStrategy {

    private static final Logger log = LoggerFactory.getLogger(PatientMigration.class);
    private static final int TRIES = 120;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    @Override
    public void migrate(Flyway flyway) {
        int tries = 1;
        while (!hasMigrated(flyway, tries == TRIES)) {
            tries++;
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static boolean hasMigrated(Flyway flyway, boolean lastTry) {
        try {
            flyway.migrate();
            return true;
        } catch (FlywayException e) {
            if (lastTry || !isAnotherInstance(e)) {
                throw e;
            }
            log.info("Another instance is migrating the database; waiting for it");
            return false;
        }
    }

    private static boolean isAnotherInstance(FlywayException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getErrorCode() == 1105 && sql.getMessage().contains("lock retry limit")) {
                return true;
            }
        }
        return false;
    }
}

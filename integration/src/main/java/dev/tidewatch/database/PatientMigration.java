package dev.tidewatch.database;

import dev.tidewatch.settings.UnusableSettingException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.ErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.MigrateResult;
import org.flywaydb.core.api.output.ValidateOutput;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.flyway.FlywayMigrationStrategy;

/**
 * Migrates, and waits while another instance migrates. Flyway itself waits on MariaDB; TiDB's {@code GET_LOCK} fails after too many retries
 * (error 1105, "pessimistic lock retry limit reached").
 *
 * <p>Each migration can run twice, because the database commits a schema change by itself: a process that is killed after it leaves no row
 * in the history. So a failed migration runs again, and the checksum of a migration does not matter.
 */
class PatientMigration implements FlywayMigrationStrategy {

    private static final Logger log = LoggerFactory.getLogger(PatientMigration.class);
    private static final int TRIES = 120;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Set<ErrorCode> FAILED =
            Set.of(CoreErrorCode.FAILED_VERSIONED_MIGRATION, CoreErrorCode.FAILED_REPEATABLE_MIGRATION);
    private static final Set<ErrorCode> OF_ANOTHER_APPLICATION = Set.of(CoreErrorCode.APPLIED_VERSIONED_MIGRATION_NOT_RESOLVED,
            CoreErrorCode.APPLIED_REPEATABLE_MIGRATION_NOT_RESOLVED, CoreErrorCode.TYPE_MISMATCH, CoreErrorCode.DESCRIPTION_MISMATCH);
    /** Codes of MariaDB and TiDB for a missing privilege. */
    private static final Set<Integer> NO_PRIVILEGE = Set.of(1044, 1142, 1143, 1227, 8121);

    private final DatabaseProperties settings;

    PatientMigration(DatabaseProperties settings) {
        this.settings = settings;
    }

    @Override
    public void migrate(Flyway flyway) {
        int tries = 1;
        while (!hasMigrated(flyway, tries == TRIES)) {
            tries++;
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private boolean hasMigrated(Flyway flyway, boolean lastTry) {
        try {
            List<ErrorCode> differences = flyway.validateWithResult().invalidMigrations.stream()
                    .map(PatientMigration::code).toList();
            if (differences.stream().anyMatch(OF_ANOTHER_APPLICATION::contains)) {
                throw inUse(null);
            }
            if (differences.stream().anyMatch(FAILED::contains)) {
                log.info("A migration of the database failed in an earlier start; it runs again");
                flyway.repair();
            }
            MigrateResult result = flyway.migrate();
            if (result.migrationsExecuted > 0) {
                log.info("The database is migrated: {} migrations ran", result.migrationsExecuted);
            }
            return true;
        } catch (FlywayException e) {
            if (!lastTry && isAnotherInstance(e)) {
                log.info("Another instance is migrating the database; waiting for it");
                return false;
            }
            if (e.getErrorCode() == CoreErrorCode.NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE) {
                throw inUse(e);
            }
            throw causeOf(e, UnusableSettingException.class) != null ? e : failed(e);
        }
    }

    private static ErrorCode code(ValidateOutput migration) {
        return migration.errorDetails.errorCode;
    }

    private UnusableSettingException inUse(FlywayException cause) {
        return new UnusableSettingException(database() + " has tables of another application; set TIDB_DATABASE to one of its own.", cause);
    }

    private UnusableSettingException failed(FlywayException failure) {
        FlywayMigrateException migration = causeOf(failure, FlywayMigrateException.class);
        SQLException sql = causeOf(failure, SQLException.class);
        StringBuilder message = new StringBuilder(database()).append(" cannot be migrated");
        if (migration != null) {
            message.append("; ").append(migration.getMigration().getScript()).append(" failed");
        }
        if (sql != null) {
            message.append(" (SQL error ").append(sql.getErrorCode()).append(", state ").append(sql.getSQLState()).append(')');
        }
        message.append(sql != null && NO_PRIVILEGE.contains(sql.getErrorCode())
                ? ". TIDB_USER needs all privileges on TIDB_DATABASE." : ". The next start tries again.");
        return new UnusableSettingException(message.toString(), failure);
    }

    private String database() {
        return "The database \"%s\" at %s".formatted(settings.name(), settings.address());
    }

    private static boolean isAnotherInstance(FlywayException failure) {
        SQLException sql = causeOf(failure, SQLException.class);
        return sql != null && sql.getErrorCode() == 1105 && sql.getMessage().contains("lock retry limit");
    }

    private static <T> T causeOf(Throwable failure, Class<T> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }
}

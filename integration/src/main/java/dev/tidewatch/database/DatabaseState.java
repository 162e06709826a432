package dev.tidewatch.database;

import dev.tidewatch.Since;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Whether the database stores what a login writes. The route {@code watch-database} tries it every second; all that fails because of the
 * database reports it here, so that an outage is one line when it begins and one when it ends.
 */
@Component("databaseState")
public class DatabaseState {

    private static final Logger log = LoggerFactory.getLogger(DatabaseState.class);

    /** The driver's socketTimeout: how long a statement that timed out has waited. */
    private static final Duration TIMEOUT = Duration.ofMillis(1500);

    private final Clock clock;
    /** Initially true: the migrations have run. */
    private final Since<Boolean> available;
    private volatile Instant lastWrite = Instant.MIN;

    @Autowired
    public DatabaseState() {
        this(Clock.systemUTC());
    }

    DatabaseState(Clock clock) {
        this.clock = clock;
        this.available = new Since<>(true, clock);
    }

    /** Records that a write succeeded. */
    public synchronized void accepts() {
        lastWrite = clock.instant();
        if (!available.seen().state()) {
            log.info("The database is available again");
        }
        available.see(true);
    }

    /** Records that a statement failed because the database is unreachable, hangs or accepts no writes. */
    public synchronized void fails() {
        if (available.seen().state()) {
            log.warn("The database is unavailable: it is unreachable, hangs or accepts no writes. Logins get 503");
        }
        available.see(false);
    }

    /**
     * Whether a failure needs a line of its own: not while the database is unavailable, if the failure is one of the database. What failed
     * may be the first to find out.
     */
    public boolean isUnrelatedTo(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Throwable failure) {
        boolean ofDatabase = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && isLostConnection(sql) && !isWaitForALock(sql)) {
                fails();
                return false;
            }
            ofDatabase |= cause instanceof SQLException || cause instanceof DataAccessException || cause instanceof TransactionException;
        }
        return !ofDatabase || available.seen().state();
    }

    /** Every error of a server has a state, those of connections 08; without one, the driver or the pool has closed the connection. */
    private static boolean isLostConnection(SQLException failure) {
        boolean poolIsExhausted = failure instanceof SQLTransientConnectionException && failure.getCause() == null;
        String state = failure.getSQLState();
        return !poolIsExhausted && (state == null || state.startsWith("08"));
    }

    /**
     * Whether a statement timed out while others wrote. TiDB lets a single statement wait at its commit for the lock of another
     * transaction, without regard to innodb_lock_wait_timeout.
     */
    private boolean isWaitForALock(SQLException failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root instanceof SocketTimeoutException && lastWrite.isAfter(clock.instant().minus(TIMEOUT));
    }

    /** Whether the last write succeeded, and since when that has been the case. */
    public Since.Seen<Boolean> seen() {
        return available.seen();
    }
}

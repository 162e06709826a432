package dev.tidewatch.database;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.support.CapturedLog;
import dev.tidewatch.support.SettableClock;
import java.io.EOFException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.CannotCreateTransactionException;

class DatabaseStateTest {

    private static final Throwable LOST = new CannotCreateTransactionException("text",
            new SQLTransientConnectionException("text", "08S01", 0, new SQLException("text", "08S01", new EOFException())));
    private static final Throwable TIMED_OUT = new UncategorizedSQLException("task", "INSERT",
            new SQLException("text", "08S01", new SocketTimeoutException("text")));
    private static final Throwable CLOSED = new UncategorizedSQLException("task", "SELECT 1", new SQLException("Connection is closed"));
    private static final Throwable READ_ONLY = new UncategorizedSQLException("task", "UPDATE", new SQLException("text", "HY000", 1290));
    private static final Throwable EXHAUSTED = new CannotCreateTransactionException("text", new SQLTransientConnectionException("text"));

    private final DatabaseState state = new DatabaseState();
    private CapturedLog log;

    @BeforeEach
    void open() {
        log = CapturedLog.open();
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void lostConnectionIsAnOutageOfOneLineForEverythingThatFails() {
        assertThat(state.isUnrelatedTo(LOST)).isFalse();
        assertThat(state.isUnrelatedTo(CLOSED)).isFalse();
        assertThat(state.isUnrelatedTo(READ_ONLY)).isFalse();
        state.fails();
        assertThat(state.seen().state()).isFalse();
        state.accepts();
        state.accepts();

        assertThat(state.seen().state()).isTrue();
        assertThat(log.lines(where("logger", DatabaseState.class.getName()))).extracting(line -> line.path("level").asText())
                .containsExactly("WARN", "INFO");
    }

    @Test
    void closedConnectionIsAnOutage() {
        assertThat(state.isUnrelatedTo(CLOSED)).isFalse();
        assertThat(state.seen().state()).isFalse();
    }

    @Test
    void statementThatTimesOutWhileOthersWriteIsNoOutage() {
        SettableClock clock = new SettableClock(Instant.EPOCH);
        DatabaseState watched = new DatabaseState(clock);
        watched.accepts();
        clock.set(Instant.EPOCH.plusMillis(1400));
        assertThat(watched.isUnrelatedTo(TIMED_OUT)).isTrue();
        assertThat(watched.seen().state()).isTrue();

        clock.set(Instant.EPOCH.plusMillis(1500));
        assertThat(watched.isUnrelatedTo(TIMED_OUT)).isFalse();
        assertThat(watched.seen().state()).isFalse();
    }

    @Test
    void failureOfAStatementNeedsALineUnlessTheDatabaseIsUnavailable() {
        assertThat(state.isUnrelatedTo(READ_ONLY)).isTrue();
        assertThat(state.isUnrelatedTo(EXHAUSTED)).isTrue();
        assertThat(state.seen().state()).isTrue();

        state.fails();
        assertThat(state.isUnrelatedTo(READ_ONLY)).isFalse();
        assertThat(state.isUnrelatedTo(EXHAUSTED)).isFalse();
        assertThat(state.isUnrelatedTo(new IllegalStateException("text"))).isTrue();
    }
}

package dev.tidewatch.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.sql.BatchUpdateException;
import java.sql.DataTruncation;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.CannotCreateTransactionException;

class TransientFailuresTest {

    private final TransientFailures failures = new TransientFailures();

    @ParameterizedTest
    @ValueSource(ints = {8002, 8005, 8022, 8027, 8028, 9001, 9002, 9003, 9004, 9005, 9007, 1205, 1213, 1290, 1836})
    void includesRetryableSqlErrors(int code) {
        SQLException fromTheDriver = new SQLException("text", "HY000", code);

        assertThat(failures.include(new UncategorizedSQLException("task", "SELECT 1", fromTheDriver))).isTrue();
        assertThat(failures.include(new BatchUpdateException("text", "HY000", code, new int[0]))).isTrue();
        assertThat(failures.include(new RuntimeException(new IllegalStateException(fromTheDriver)))).isTrue();
    }

    @Test
    void includesContendedLockByItsMessage() {
        assertThat(failures.include(new SQLException("pessimistic lock retry limit reached", "HY000", 1105))).isTrue();
        assertThat(failures.include(new SQLException("something else", "HY000", 1105))).isFalse();
    }

    @Test
    void includesUnreachableServices() {
        assertThat(failures.include(new CannotCreateTransactionException("text", new SQLTransientConnectionException()))).isTrue();
        assertThat(failures.include(new RuntimeException(new SQLNonTransientConnectionException()))).isTrue();
        assertThat(failures.include(new ExecutionException(new TimeoutException("text")))).isTrue();
        assertThat(failures.include(new ConnectException("text"))).isTrue();
        assertThat(failures.include(new UncheckedIOException("stdout refuses lines", new IOException("No space left on device")))).isTrue();
    }

    @Test
    void bug16ExcludesValuesThatDoNotFitTheirColumn() {
        DataTruncation truncation = new DataTruncation(1, true, false, 0, 0);

        assertThat(failures.include(truncation)).isFalse();
        assertThat(failures.include(new DataIntegrityViolationException("text", truncation))).isFalse();
    }

    @Test
    void excludesPermanentFailures() {
        assertThat(failures.include(new JsonParseException(null, "text"))).isFalse();
        assertThat(failures.include(new NullPointerException())).isFalse();
        assertThat(failures.include(new ExecutionException(new RecordTooLargeException("text")))).isFalse();
        assertThat(failures.include(new DuplicateKeyException("text", new SQLException("text", "23000", 1062)))).isFalse();
        assertThat(failures.include(new BadSqlGrammarException("task", "SELEC", new SQLException("text", "42000", 1064)))).isFalse();
    }
}

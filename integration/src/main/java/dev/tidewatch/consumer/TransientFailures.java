package dev.tidewatch.consumer;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.component.kamelet.KameletConsumerNotAvailableException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Distinguishes transient failures, which are worth a retry, from permanent ones. */
@Component("transientFailures")
public class TransientFailures {

    /**
     * SQL error codes of transactions that are worth a retry as a whole: write conflict or schema change (8002, 8005, 8022, 8027, 8028),
     * PD or TiKV unavailable or busy (9001 to 9005), write conflict (9007), lock wait timeout (1205), deadlock (1213),
     * read-only mode (1290, 1836).
     * Source: TiDB documentation, "Transaction error handling" and "Error codes and troubleshooting".
     */
    private static final Set<Integer> SQL_CODES =
            Set.of(8002, 8005, 8022, 8027, 8028, 9001, 9002, 9003, 9004, 9005, 9007, 1205, 1213, 1290, 1836);

    /** Whether a failure is transient. */
    public boolean include(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof JsonProcessingException) {
                return false;
            }
            if (cause instanceof SQLException sql && (SQL_CODES.contains(sql.getErrorCode()) || isContendedLock(sql))
                    || cause instanceof SQLTransientException
                    || cause instanceof SQLRecoverableException
                    || cause instanceof SQLNonTransientConnectionException
                    || cause instanceof TransientDataAccessException
                    || cause instanceof RecoverableDataAccessException
                    || cause instanceof DataAccessResourceFailureException
                    || cause instanceof TransactionException
                    || cause instanceof IOException
                    // The application or the route that handles the event is stopping or starting.
                    || cause instanceof RejectedExecutionException
                    || cause instanceof KameletConsumerNotAvailableException
                    || cause instanceof InterruptedException) {
                return true;
            }
            if (cause instanceof KafkaException) {
                return !(cause instanceof RecordTooLargeException || cause instanceof SerializationException);
            }
        }
        return false;
    }

    /** Rethrows a transient failure; leaves a permanent one to the next step. */
    public void rethrow(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) throws Exception {
        if (include(failure)) {
            throw failure;
        }
    }

    /** TiDB gave up waiting for a contended lock, which has no error code of its own. */
    private static boolean isContendedLock(SQLException failure) {
        return failure.getErrorCode() == 1105 && String.valueOf(failure.getMessage()).contains("pessimistic lock retry limit");
    }
}

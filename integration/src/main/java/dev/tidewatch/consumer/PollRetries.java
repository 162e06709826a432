package dev.tidewatch.consumer;

import java.time.Duration;
import org.apache.camel.component.kafka.PollExceptionStrategy;
import org.springframework.stereotype.Component;

/**
 * Retries a failed poll after a pause, and reports the failure. By default, Camel skips a record of each partition when a poll fails, and
 * stops a consumer after an authentication error.
 */
@Component
class PollRetries implements PollExceptionStrategy {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Subscriptions subscriptions;
    private final PollFailures failures;

    PollRetries(Subscriptions subscriptions, PollFailures failures) {
        this.subscriptions = subscriptions;
        this.failures = failures;
    }

    @Override
    public boolean canContinue() {
        return true;
    }

    @Override
    public void handle(long partitionLastOffset, Exception exception) {
        failures.failed(subscriptions.ofThread(), exception);
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

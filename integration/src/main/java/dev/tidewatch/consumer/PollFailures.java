package dev.tidewatch.consumer;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** Knows which consumers of this instance cannot poll, and logs the begin and the end of each such failure. Thread-safe. */
@Component
class PollFailures {

    private static final Logger log = LoggerFactory.getLogger(PollFailures.class);

    /** Longer than a poll, its request timeout and the pause after a failure: a consumer without a failure for so long polls again. */
    private static final Duration FAILURE_IS_OVER = Duration.ofSeconds(10);

    private final Clock clock;
    private final Map<Subscription, PollFailure> failures = new ConcurrentHashMap<>();

    @Autowired
    PollFailures() {
        this(Clock.systemUTC());
    }

    PollFailures(Clock clock) {
        this.clock = clock;
    }

    /** Takes a failed poll. Logs the first of those with the same cause. */
    void failed(Subscription subscription, Throwable failure) {
        PollFailure current = PollFailure.of(failure, clock.instant());
        failures.compute(subscription, (key, known) -> {
            if (known != null && known.cause().equals(current.cause())) {
                return known.again(current.last());
            }
            if (!current.unauthenticated()) {
                log.atLevel(current.denied() ? Level.ERROR : Level.WARN).log("{} cannot read {} and retries: {}",
                        subscription.groupId(), String.join(", ", subscription.topics()), current.cause());
            }
            return current;
        });
    }

    /** Takes a poll that has returned records. */
    void succeeded(PolledPartition partition) {
        if (!failures.isEmpty()) {
            failures.computeIfPresent(partition.subscription(), PollFailures::continues);
        }
    }

    /** Why a consumer cannot poll; empty if it can. */
    Optional<PollFailure> of(Subscription subscription) {
        return Optional.ofNullable(failures.get(subscription));
    }

    private static PollFailure continues(Subscription subscription, PollFailure failure) {
        if (!failure.unauthenticated()) {
            log.info("{} reads {} again", subscription.groupId(), String.join(", ", subscription.topics()));
        }
        return null;
    }

    /** Why Kafka denies a consumer its group or topics; empty if it does not. */
    Optional<PollFailure> denied(Subscription subscription) {
        return of(subscription).filter(PollFailure::denied);
    }

    /** Logs the end of failures. */
    void report() {
        Instant over = clock.instant().minus(FAILURE_IS_OVER);
        failures.keySet().forEach(subscription -> failures.computeIfPresent(subscription,
                (key, failure) -> failure.last().isBefore(over) ? continues(key, failure) : failure));
    }

    /** Forgets a consumer group that was removed. */
    void forget(String groupId) {
        failures.keySet().removeIf(subscription -> subscription.groupId().equals(groupId));
    }
}

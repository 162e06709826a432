package dev.tidewatch.login;

import com.fasterxml.uuid.UUIDClock;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Creates the ids of user events: UUIDv7 (RFC 9562). Each id is larger than the one before, also when the system's clock is set back. */
final class EventIds {

    private final TimeBasedEpochGenerator generator;

    /**
     * @param clock the milliseconds since 1970
     */
    EventIds(LongSupplier clock) {
        AtomicLong latest = new AtomicLong();
        generator = new TimeBasedEpochGenerator(new SecureRandom(), new UUIDClock() {
            @Override
            public long currentTimeMillis() {
                return latest.accumulateAndGet(clock.getAsLong(), Math::max);
            }
        });
    }

    /** A new id, in the 36 characters of a UUID. */
    String next() {
        return generator.generate().toString();
    }
}

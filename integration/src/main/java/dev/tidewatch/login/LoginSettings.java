package dev.tidewatch.login;

import dev.tidewatch.settings.SettingValues;
import dev.tidewatch.settings.UnusableSettingException;
import java.time.Duration;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** What may be set about logins, checked when the application starts. */
@Component("loginSettings")
public class LoginSettings {

    static final int CORES = Runtime.getRuntime().availableProcessors();

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration YEAR = Duration.ofDays(365);

    private final LockPolicy lockPolicy;
    private final int burst;
    private final Duration interval;
    private final int queue;
    private final HashCost hashCost;

    /**
     * Reads them.
     *
     * @throws UnusableSettingException when one cannot be used
     */
    LoginSettings(Environment environment) {
        SettingValues settings = new SettingValues(environment);
        lockPolicy = new LockPolicy(settings.number("tidewatch.login.failures", 1, 1_000_000),
                settings.duration("tidewatch.login.lock", SECOND, YEAR).toSeconds(),
                settings.duration("tidewatch.login.longest-lock", SECOND, YEAR).toSeconds(),
                settings.duration("tidewatch.login.failures-kept", SECOND, YEAR).toSeconds());
        burst = settings.number("tidewatch.login.burst", 1, 1_000_000);
        interval = settings.duration("tidewatch.login.interval", Duration.ofMillis(1), Duration.ofHours(1));
        queue = settings.number("tidewatch.login.queue", 0, 1000);
        hashCost = new HashCost(settings.number("tidewatch.hash.memory", 7168, Argon2id.MOST_MEMORY_KIB),
                settings.number("tidewatch.hash.iterations", 1, 99), settings.number("tidewatch.hash.lanes", 1, 9));
        if ((long) hashCost.memoryKib() * hashCost.iterations() > Argon2id.HIGHEST_COST) {
            throw SettingValues.unusable("tidewatch.hash.iterations", String.valueOf(hashCost.iterations()),
                    "at most %d with this TIDEWATCH_HASH_MEMORY".formatted(Argon2id.HIGHEST_COST / hashCost.memoryKib()));
        }
    }

    /** The number of concurrent password checks: one per core, plus the queue. */
    public int passwordSlots() {
        return CORES + queue;
    }

    /** What a new hash costs. */
    HashCost hashCost() {
        return hashCost;
    }

    /** How many logins a full bucket holds. */
    int burst() {
        return burst;
    }

    /** In which time a bucket gains one. */
    Duration interval() {
        return interval;
    }

    /** When failed logins lock an account. */
    public LockPolicy lockPolicy() {
        return lockPolicy;
    }
}

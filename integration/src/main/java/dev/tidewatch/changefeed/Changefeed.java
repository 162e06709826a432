package dev.tidewatch.changefeed;

import dev.tidewatch.Since;
import dev.tidewatch.Times;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The changefeed as last seen: its state, its checkpoint and its last error. The route {@code watch-changefeed} updates it, also through
 * {@link ChangefeedReconciler}; without a TiCDC the route {@code watch-watermarks} does. The methods that only read are thread-safe.
 */
@Component("changefeed")
public class Changefeed {

    private static final Logger log = LoggerFactory.getLogger(Changefeed.class);
    private static final String LEAK = "Tidewatch:ExcludedColumnsSent";

    private final String id;
    private final Supplier<Optional<Instant>> watermark;
    private final BooleanSupplier leaks;
    private final boolean watched;
    private final CheckpointWatch watch;
    private final Clock clock;

    private volatile ChangefeedStatus status;
    private final Since<String> state;
    private volatile TicdcError error;
    private volatile boolean inPlace;
    /** The warnings since the last success, so that each is logged once. */
    private final Set<String> warned = new HashSet<>();

    @Autowired
    Changefeed(ChangefeedFile file, Watermarks watermarks, ExcludedColumns excluded, TicdcProperties ticdc, ChangefeedProperties settings) {
        this(file.id(), watermarks::reached, excluded::areSent, !ticdc.url().isEmpty(), settings.stalledAfter(), Clock.systemUTC());
    }

    /**
     * @param watermark the time that the watermarks have reached
     * @param leaks     whether excluded columns arrive
     * @param watched   whether there is a TiCDC to ask
     */
    Changefeed(String id, Supplier<Optional<Instant>> watermark, BooleanSupplier leaks, boolean watched, Duration stalledAfter,
            Clock clock) {
        this.id = id;
        this.watermark = watermark;
        this.leaks = leaks;
        this.watched = watched;
        this.inPlace = !watched;
        this.status = new ChangefeedStatus(watched ? ChangefeedStatus.UNKNOWN : ChangefeedStatus.UNWATCHED, 0);
        this.state = new Since<>(status.state(), clock);
        this.watch = new CheckpointWatch(stalledAfter, clock);
        this.clock = clock;
    }

    /** Whether there is a TiCDC to ask. */
    boolean isWatched() {
        return watched;
    }

    /**
     * Whether requests may be served: the changefeed is as {@code changefeed.yaml} describes it, or TiCDC is unavailable but has sent
     * changes before. Once true, it stays true.
     */
    public boolean isInPlace() {
        return inPlace;
    }

    /** Why requests are not served yet, without TiCDC's own texts; empty once they are. */
    public Optional<String> obstacle() {
        TicdcError last = error;
        return inPlace ? Optional.empty() : Optional.of("The changefeed is not registered yet"
                + (last == null ? "." : ": " + last.summary() + ". See the log."));
    }

    void putInPlace() {
        inPlace = true;
    }

    ChangefeedStatus status() {
        return status;
    }

    boolean isIn(String state) {
        return status.state().equals(state);
    }

    void become(ChangefeedStatus now) {
        status = now;
        state.see(now.state());
    }

    void fail(TicdcError now) {
        error = now;
    }

    /** Forgets the last error, unless it explains an overdue checkpoint, and the warnings logged. */
    void clearErrors() {
        warned.clear();
        if (!watch.isOverdue()) {
            error = null;
        }
    }

    /** Whether the checkpoint has not advanced for too long, so that TiCDC should be asked for its last warning. */
    public boolean isOverdue() {
        return watch.isOverdue();
    }

    /** Takes TiCDC's answer to {@code GET /api/v2/changefeeds/{id}/status}, which holds its last error or warning. */
    public void noteWarning(@Header(Exchange.HTTP_RESPONSE_CODE) int code, @Body byte[] body) {
        TicdcAnswer answer = TicdcAnswer.of(code, body);
        TicdcError last = TicdcError.ofRunningError(answer.body().path(answer.body().has("last_error") ? "last_error" : "last_warning"));
        if (answer.isSuccess() && last != null) {
            error = last;
        }
    }

    /** Logs one line when the checkpoint has stalled, and one when it advances again; none before the changefeed is in place. */
    public void checkProgress() {
        if (!inPlace) {
            watch.restart();
            return;
        }
        if (watch.update(status.checkpointTs())) {
            logProgress();
        }
    }

    /**
     * Without a TiCDC, takes the oldest of the partitions' newest watermarks as the checkpoint. Logs one line when it has stalled, and one
     * when it advances again.
     */
    public void followWatermarks() {
        if (watched) {
            return;
        }
        Optional<Instant> reached = watermark.get();
        if (reached.isEmpty()) {
            watch.restart();
            return;
        }
        boolean turned = watch.update(reached.get().toEpochMilli());
        become(status.in(watch.isStalled() ? ChangefeedStatus.STILL : ChangefeedStatus.MOVING));
        if (turned) {
            logProgress();
        }
    }

    private void logProgress() {
        if (watch.isStalled()) {
            warn(error, "The changefeed is stalled");
        } else {
            error = null;
            info("The changefeed advances again");
        }
    }

    /**
     * Whether row changes no longer arrive, or soon will not, because the checkpoint is stalled, or the changefeed failed, stopped, missing
     * or refused; or whether they arrive with columns that it excludes.
     */
    public boolean isDegraded() {
        return watch.isStalled() || leaks.getAsBoolean() || watched
                && (isIn("failed") || isIn("stopped") || isIn(ChangefeedStatus.MISSING) || isIn(ChangefeedStatus.UNSUPPORTED));
    }

    /** The contract's schema {@code Changefeeds}; there is one changefeed. */
    public Map<String, List<ChangefeedReport>> list() {
        return Map.of("changefeeds", List.of(state()));
    }

    /** The changefeed as last seen. */
    public ChangefeedReport state() {
        ChangefeedStatus now = status;
        TicdcError last = error;
        return new ChangefeedReport(id, now.state(),
                now.checkpointTs() == 0 ? null : String.valueOf(now.checkpointTs()), now.checkpointTime(), checkpointLagMillis(now),
                watermark.get().map(this::millisSince).orElse(null), watch.isStalled() ? watch.movedAt() : null,
                leaks.getAsBoolean() ? LEAK : last == null ? null : last.code());
    }

    /** When it entered its state; null when nothing is known of it. */
    public Instant since() {
        return isIn(ChangefeedStatus.UNWATCHED) ? null : state.seen().since();
    }

    private Long checkpointLagMillis(ChangefeedStatus now) {
        return now.checkpointTs() == 0 ? null : millisSince(now.checkpointTime());
    }

    private long millisSince(Instant time) {
        return Duration.between(time, clock.instant()).toMillis();
    }

    void info(String message) {
        line(log.atInfo()).log(message);
    }

    void warn(TicdcError why, String message) {
        LoggingEventBuilder line = line(log.atWarn());
        (why == null ? line : line.addKeyValue("warning", why.message())).log(message);
    }

    /** Logs a warning, unless it has been logged for the same action and error since the last success. */
    void warnOnce(String action, TicdcError why, String message) {
        if (warned.add(action + " " + (why == null ? "" : why.identity()))) {
            warn(why, message);
        }
    }

    /** Logs that the changefeed is created again, from {@code startTs} on. */
    void warnOfGap(long startTs, String message) {
        line(log.atWarn()).addKeyValue("startTs", String.valueOf(startTs)).log(message);
    }

    private LoggingEventBuilder line(LoggingEventBuilder line) {
        ChangefeedStatus now = status;
        line.addKeyValue("changefeed", id).addKeyValue("state", now.state());
        return now.checkpointTs() == 0 ? line : line.addKeyValue("checkpointTs", String.valueOf(now.checkpointTs()))
                .addKeyValue("checkpointTime", Times.text(now.checkpointTime()))
                .addKeyValue("lagMillis", checkpointLagMillis(now));
    }
}

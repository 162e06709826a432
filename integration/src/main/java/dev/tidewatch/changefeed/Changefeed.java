package dev.tidewatch.changefeed;

import dev.tidewatch.Since;
import dev.tidewatch.Times;
import dev.tidewatch.consumer.AppliedWatermarks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * The changefeed that captures the row changes: decides what is to be done to it, and says how it is. Methods that take an answer of
 * TiCDC are called by the route {@code watch-changefeed} only, {@link #followWatermarks} by {@code watch-watermarks}, each on its one thread;
 * the others by anyone.
 */
@Component("changefeed")
public class Changefeed {

    private static final Logger log = LoggerFactory.getLogger(Changefeed.class);
    /** What TiCDC refused is tried again so much later. */
    private static final Duration AFTER_REFUSAL = Duration.ofSeconds(10);
    private static final Duration BETWEEN_RESUMES = Duration.ofMinutes(1);
    /** Two instances that start at once take the same step; the second one is refused once, and finds it done when it looks again. */
    private static final int MOST_UPDATES = 2;

    private final ChangefeedFile file;
    private final Supplier<OptionalLong> lastRead;
    private final Supplier<Optional<Instant>> watermark;
    private final boolean watched;
    private final CheckpointWatch watch;
    private final Clock clock;

    private volatile ChangefeedStatus status;
    private final Since<String> state;
    private volatile TicdcError problem;
    private volatile boolean inPlace;
    private boolean compared;
    private int refusedUpdates;
    private OptionalLong startTs = OptionalLong.empty();
    private boolean fromNow;
    private Instant noStepBefore = Instant.MIN;
    /** What has been said since the last progress, so that each thing is one line however often it is met. */
    private final Set<String> said = new HashSet<>();

    @Autowired
    Changefeed(ChangefeedFile file, AppliedWatermarks applied, Watermarks watermarks, @Value("${ticdc.url}") String url,
            @Value("${tidewatch.changefeed.stalled-after}") Duration stalledAfter) {
        this(file, applied::lowestCommitted, watermarks::reached, !url.isEmpty(), stalledAfter, Clock.systemUTC());
    }

    Changefeed(ChangefeedFile file, Supplier<OptionalLong> lastRead, Supplier<Optional<Instant>> watermark, boolean watched,
            Duration stalledAfter, Clock clock) {
        this.file = file;
        this.lastRead = lastRead;
        this.watermark = watermark;
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
     * Whether requests may be served: the changefeed is there, as {@code changefeed.yaml} says; or TiCDC cannot be asked, and changes of it
     * have been read before. Once true it stays so.
     */
    public boolean isInPlace() {
        return inPlace;
    }

    /**
     * What is to be done, from TiCDC's answer to {@code GET /api/v2/changefeeds/{id}}.
     *
     * @return {@code create}, {@code pause}, {@code update}, {@code resume} or {@code nothing}
     */
    public String nextStep(@Header(Exchange.HTTP_RESPONSE_CODE) int code, @Body byte[] body) {
        TicdcAnswer answer = TicdcAnswer.of(code, body);
        if (answer.isError("ErrChangeFeedNotExists")) {
            become(status.in(ChangefeedStatus.MISSING));
            return due("create");
        }
        if (!answer.isSuccess() || !answer.body().has("state")) {
            cannotAsk(TicdcError.of(answer));
            return "nothing";
        }
        become(new ChangefeedStatus(answer.body().path("state").asText(), answer.body().path("checkpoint_ts").asLong()));
        if (!compared) {
            // While it runs, an instance of another version may have changed the changefeed, and an operator may have paused it.
            boolean halted = isIn("stopped") || isIn("failed");
            if (!file.isIn(answer.body().path("sink_uri").asText()) && refusedUpdates < MOST_UPDATES) {
                return due(halted ? "update" : "pause");
            }
            if (isIn("stopped")) {
                return due("resume");
            }
            compared = true;
            inPlace = true;
            line(log.atInfo()).log("The changefeed is in place");
        }
        if (!isIn("failed")) {
            forgetProblems();
            return "nothing";
        }
        problem = TicdcError.ofRunningError(answer.body().path("error"));
        warnOnce("failed", problem, "The changefeed has failed");
        return due("resume");
    }

    private void become(ChangefeedStatus now) {
        status = now;
        state.see(now.state());
    }

    private void forgetProblems() {
        said.clear();
        if (!watch.isOverdue()) {
            problem = null;
        }
    }

    private boolean isIn(String state) {
        return status.state().equals(state);
    }

    private String due(String step) {
        return clock.instant().isBefore(noStepBefore) ? "nothing" : step;
    }

    /** The body of {@code POST /api/v2/changefeeds}; it goes on where the changes stop that have been seen or read, so that none is left out. */
    public Map<String, Object> creation() {
        startTs = fromNow ? OptionalLong.empty() : status.checkpointTs() > 0 ? OptionalLong.of(status.checkpointTs()) : lastRead.get();
        return file.creation(startTs);
    }

    /** The body of {@code PUT /api/v2/changefeeds/{id}}. */
    public Map<String, Object> update() {
        return file.update();
    }

    /** Takes TiCDC's answer to a step. */
    public void conclude(@Variable("step") String step, @Header(Exchange.HTTP_RESPONSE_CODE) int code, @Body byte[] body) {
        TicdcAnswer answer = TicdcAnswer.of(code, body);
        if (step.equals("resume")) {
            noStepBefore = clock.instant().plus(BETWEEN_RESUMES);
        }
        if (!answer.isSuccess()) {
            refuse(step, answer);
            return;
        }
        switch (step) {
            case "create" -> {
                fromNow = false;
                become(status.in(answer.body().path("state").asText()));
                LoggingEventBuilder line = startTs.isEmpty() ? log.atInfo() : log.atWarn().addKeyValue("startTs", String.valueOf(startTs.getAsLong()));
                line(line).log(startTs.isEmpty() ? "The changefeed is registered"
                        : "The changefeed was gone; it is registered again, from the last change known on");
            }
            case "update" -> {
                refusedUpdates = 0;
                line(log.atInfo()).log("The changefeed is updated to changefeed.yaml");
            }
            default -> line(log.atInfo()).log("The changefeed is {}", step.equals("pause") ? "paused for an update" : "resumed");
        }
    }

    private void refuse(String step, TicdcAnswer answer) {
        if (answer.isError("ErrChangeFeedAlreadyExists")) {
            return;
        }
        TicdcError refusal = TicdcError.of(answer);
        if (answer.isError("ErrStartTsBeforeGC") && step.equals("create")) {
            fromNow = true;
            line(log.atWarn()).addKeyValue("startTs", String.valueOf(startTs.orElse(0))).log("TiDB has forgotten what changed since the "
                    + "last change known; the changefeed is registered from now on, and the row changes in between are missing");
        } else if (step.equals("update")) {
            if (++refusedUpdates == MOST_UPDATES) {
                warnOnce(step, refusal, "TiCDC refuses to update the changefeed to changefeed.yaml; it goes on as it was");
            }
        } else {
            if (!step.equals("resume")) {
                noStepBefore = clock.instant().plus(AFTER_REFUSAL);
            }
            warnOnce(step, refusal, "TiCDC refuses to " + step + " the changefeed"
                    + (answer.isError("ErrTableIneligible") ? "; give the tables a primary key, or leave them out in changefeed.yaml" : "")
                    + (inPlace ? "" : "; requests wait for it"));
        }
    }

    /** Notes that TiCDC, or Kafka when it was asked for the last change, did not answer. */
    public void noteSilence(@ExchangeException Exception exception) {
        log.debug("No answer", exception);
        if (exception instanceof KafkaException) {
            problem = TicdcError.KAFKA_IS_SILENT;
            if (!inPlace) {
                warnOnce("create", problem, "The changefeed cannot be registered; requests wait for it");
            }
        } else {
            cannotAsk(TicdcError.TICDC_IS_SILENT);
        }
    }

    private void cannotAsk(TicdcError why) {
        become(status.in(ChangefeedStatus.UNKNOWN));
        problem = why;
        if (!inPlace && hasSentBefore()) {
            inPlace = true;
            warnOnce("ask", why, "TiCDC cannot be asked, but has sent changes before; requests are taken");
        } else if (!inPlace) {
            warnOnce("ask", why, "TiCDC cannot be asked; requests wait for the changefeed");
        }
    }

    private boolean hasSentBefore() {
        try {
            return lastRead.get().isPresent();
        } catch (KafkaException e) {
            log.debug("Kafka cannot be asked for the last change read", e);
            return false;
        }
    }

    /** Whether the checkpoint has not moved for longer than it may, so that TiCDC should be asked why. */
    public boolean isOverdue() {
        return watch.isOverdue();
    }

    /** Takes TiCDC's answer to {@code GET /api/v2/changefeeds/{id}/status}, which holds its last error or warning. */
    public void noteWarning(@Header(Exchange.HTTP_RESPONSE_CODE) int code, @Body byte[] body) {
        TicdcAnswer answer = TicdcAnswer.of(code, body);
        TicdcError last = TicdcError.ofRunningError(answer.body().path(answer.body().has("last_error") ? "last_error" : "last_warning"));
        if (answer.isSuccess() && last != null) {
            problem = last;
        }
    }

    /** Logs one line when the checkpoint has stalled, and one when it moves again; none before the changefeed is in place. */
    public void report() {
        if (!inPlace) {
            watch.restart();
            return;
        }
        if (watch.update(status.checkpointTs())) {
            sayWhetherItMoves();
        }
    }

    /**
     * Takes the oldest of the partitions' newest watermarks for the checkpoint, where there is no TiCDC to ask. Logs one line when it has
     * stalled, and one when it moves again.
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
            sayWhetherItMoves();
        }
    }

    private void sayWhetherItMoves() {
        if (watch.isStalled()) {
            warn(problem, "The changefeed stands still");
        } else {
            problem = null;
            line(log.atInfo()).log("The changefeed moves again");
        }
    }

    /** Whether row changes do not come, or will not for long: the checkpoint stands still, or the changefeed has to be resumed by someone. */
    public boolean isDegraded() {
        return watch.isStalled() || watched && (isIn("failed") || isIn("stopped") || isIn(ChangefeedStatus.MISSING));
    }

    /** The changefeeds, as the contract's schema of that name; there is one. */
    public Map<String, List<Report>> list() {
        return Map.of("changefeeds", List.of(state()));
    }

    /** How the changefeed is. */
    public Report state() {
        ChangefeedStatus now = status;
        TicdcError last = problem;
        return new Report(file.id(), now.state(),
                now.checkpointTs() == 0 ? null : String.valueOf(now.checkpointTs()), now.checkpointTime(), checkpointLagMillis(now),
                watermark.get().map(this::millisSince).orElse(null), watch.isStalled() ? watch.movedAt() : null,
                last == null ? null : last.code());
    }

    /** Since when it has been in its state; null when nothing is known of it. */
    public Instant since() {
        return isIn(ChangefeedStatus.UNWATCHED) ? null : state.seen().since();
    }

    private Long checkpointLagMillis(ChangefeedStatus now) {
        return now.checkpointTs() == 0 ? null : millisSince(now.checkpointTime());
    }

    private long millisSince(Instant time) {
        return Duration.between(time, clock.instant()).toMillis();
    }

    private void warnOnce(String about, TicdcError why, String message) {
        if (said.add(about + " " + (why == null ? "" : why.identity()))) {
            warn(why, message);
        }
    }

    private void warn(TicdcError why, String message) {
        LoggingEventBuilder line = line(log.atWarn());
        (why == null ? line : line.addKeyValue("warning", why.message())).log(message);
    }

    private LoggingEventBuilder line(LoggingEventBuilder line) {
        ChangefeedStatus now = status;
        line.addKeyValue("changefeed", file.id()).addKeyValue("state", now.state());
        return now.checkpointTs() == 0 ? line : line.addKeyValue("checkpointTs", String.valueOf(now.checkpointTs()))
                .addKeyValue("checkpointTime", Times.MILLISECONDS.format(now.checkpointTime())).addKeyValue("lagMillis", checkpointLagMillis(now));
    }

    /**
     * The changefeed, in an answer.
     *
     * @param checkpointTs a TSO as text, being beyond 2^53
     * @param watermarkLagMillis age of the newest watermark that this instance has read, in the partition where it is oldest
     * @param stalledSince when the checkpoint moved last, if it stands still
     * @param warning the code of what TiCDC complains of, if something is wrong
     */
    public record Report(String id, String state, String checkpointTs, Instant checkpointTime, Long checkpointLagMillis,
            Long watermarkLagMillis, Instant stalledSince, String warning) {
    }
}

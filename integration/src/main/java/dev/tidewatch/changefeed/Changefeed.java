package dev.tidewatch.changefeed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.changes.AppliedWatermarks;
import dev.tidewatch.changes.Watermarks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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
 * TiCDC are called by the route {@code watch-changefeed} only, on its one thread; the others by anyone.
 */
@Component("changefeed")
public class Changefeed {

    private static final Logger log = LoggerFactory.getLogger(Changefeed.class);

    private static final DateTimeFormatter MILLISECONDS = new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    /** What TiCDC refused is tried again so much later. */
    private static final Duration AFTER_REFUSAL = Duration.ofSeconds(10);
    private static final Duration BETWEEN_RESUMES = Duration.ofMinutes(1);

    private final ChangefeedFile file;
    private final Supplier<OptionalLong> lastRead;
    private final Supplier<Optional<Duration>> watermarkLag;
    private final boolean watched;
    private final CheckpointWatch watch;
    private final Clock clock;

    private volatile ChangefeedStatus status;
    private volatile boolean inPlace;
    private volatile String warning;
    private String warningMessage;
    private boolean fromNow;
    private String refusal;
    private int refusals;
    private Instant noStepBefore = Instant.MIN;

    @Autowired
    Changefeed(ChangefeedFile file, AppliedWatermarks applied, Watermarks watermarks, @Value("${ticdc.url}") String url,
            @Value("${tidewatch.changefeed.stalled-after}") Duration stalledAfter) {
        this(file, applied::lowestCommitted, watermarks::lag, !url.isEmpty(), stalledAfter, Clock.systemUTC());
    }

    Changefeed(ChangefeedFile file, Supplier<OptionalLong> lastRead, Supplier<Optional<Duration>> watermarkLag, boolean watched,
            Duration stalledAfter, Clock clock) {
        this.file = file;
        this.lastRead = lastRead;
        this.watermarkLag = watermarkLag;
        this.watched = watched;
        this.inPlace = !watched;
        this.status = new ChangefeedStatus(watched ? ChangefeedStatus.UNKNOWN : "unwatched", 0);
        this.watch = new CheckpointWatch(stalledAfter, clock);
        this.clock = clock;
    }

    /**
     * Whether the change of a login would be captured: the changefeed has been there, as {@code changefeed.yaml} says, since this
     * application started; or TiCDC does not answer and changes of it have been read before. Once true it stays so.
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
            return isMissing();
        }
        if (!answer.isSuccess()) {
            cannotAsk(answer.problem());
            return "nothing";
        }
        status = new ChangefeedStatus(answer.body().path("state").asText(), answer.body().path("checkpoint_ts").asLong());
        boolean halted = isIn("stopped") || isIn("failed");
        if (!inPlace && !file.isIn(answer.body().path("sink_uri").asText())) {
            return due(halted ? "update" : "pause");
        }
        // A pause is an operator's wish, until the application is started again.
        if (isIn("stopped") && !inPlace) {
            return due("resume");
        }
        if (!inPlace) {
            inPlace = true;
            line(log.atInfo()).log("The changefeed is in place");
        }
        return isIn("failed") ? hasFailed(answer.body().path("error")) : "nothing";
    }

    private String hasFailed(JsonNode error) {
        String step = due("resume");
        if (step.equals("resume")) {
            line(log.atWarn()).addKeyValue("warning", TicdcAnswer.withoutAddresses(error.path("message").asText("")))
                    .log("The changefeed has failed; it is resumed");
        }
        return step;
    }

    private String isMissing() {
        if (!isIn(ChangefeedStatus.MISSING)) {
            status = status.in(ChangefeedStatus.MISSING);
            if (inPlace) {
                line(log.atWarn()).log("The changefeed is gone; it is registered again, from the last checkpoint on");
            }
        }
        return due("create");
    }

    private boolean isIn(String state) {
        return status.state().equals(state);
    }

    private String due(String step) {
        return clock.instant().isBefore(noStepBefore) ? "nothing" : step;
    }

    /** The body of {@code POST /api/v2/changefeeds}; it goes on where the changes stop that have been seen or read, so that none is left out. */
    public Map<String, Object> creation() {
        return file.creation(fromNow ? OptionalLong.empty() : lastCheckpoint());
    }

    private OptionalLong lastCheckpoint() {
        return status.checkpointTs() > 0 ? OptionalLong.of(status.checkpointTs()) : lastRead.get();
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
        if (answer.isSuccess()) {
            refusal = null;
            line(log.atInfo()).log("The changefeed is {}", Map.of("create", "registered", "pause", "paused for an update",
                    "update", "updated to changefeed.yaml", "resume", "resumed").get(step));
        } else if (answer.isError("ErrStartTsBeforeGC") && step.equals("create")) {
            fromNow = true;
            line(log.atWarn()).log("TiDB has forgotten what changed since the last checkpoint; the changefeed is registered from now on, "
                    + "and the row changes in between are missing");
        } else if (!answer.isError("ErrChangeFeedAlreadyExists")) {
            refuse(step, answer);
        }
    }

    private void refuse(String step, TicdcAnswer answer) {
        String problem = answer.problem();
        refusals = problem.equals(refusal) ? refusals + 1 : 1;
        refusal = problem;
        // Two instances that start at once take the same step; the second one is refused, and finds it done when it looks again.
        boolean mayBeDone = answer.isError("ErrChangefeedUpdateRefused");
        if (mayBeDone && refusals == 1) {
            return;
        }
        noStepBefore = clock.instant().plus(step.equals("resume") ? BETWEEN_RESUMES : AFTER_REFUSAL);
        if (refusals == (mayBeDone ? 2 : 1)) {
            line(log.atWarn()).addKeyValue("warning", problem).log("TiCDC refuses to {} the changefeed{}{}", step,
                    answer.isError("ErrTableIneligible") ? "; give the tables a primary key, or leave them out in changefeed.yaml" : "",
                    inPlace ? "" : "; requests wait for it");
        }
    }

    /** Notes that TiCDC, or Kafka when it was asked for the last change, did not answer. */
    public void noteSilence(@ExchangeException Exception exception) {
        log.debug("No answer", exception);
        cannotAsk(exception instanceof KafkaException ? "Kafka does not answer" : "TiCDC does not answer");
    }

    private void cannotAsk(String problem) {
        boolean isNew = !problem.equals(warningMessage) || !isIn(ChangefeedStatus.UNKNOWN);
        status = status.in(ChangefeedStatus.UNKNOWN);
        warning = null;
        warningMessage = problem;
        if (inPlace) {
            return;
        }
        if (hasSentBefore()) {
            inPlace = true;
            line(log.atWarn()).addKeyValue("warning", problem).log("TiCDC cannot be asked, but has sent changes before; requests are taken");
        } else if (isNew) {
            line(log.atWarn()).addKeyValue("warning", problem).log("TiCDC cannot be asked; requests wait for the changefeed");
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

    /** Takes TiCDC's answer to {@code GET /api/v2/changefeeds/{id}/status}, which holds its last warning or error. */
    public void noteWarning(@Header(Exchange.HTTP_RESPONSE_CODE) int code, @Body byte[] body) {
        TicdcAnswer answer = TicdcAnswer.of(code, body);
        var last = answer.body().path(answer.body().has("last_error") ? "last_error" : "last_warning");
        warning = last.path("code").asText(null);
        warningMessage = last.has("message") ? TicdcAnswer.withoutAddresses(last.path("message").asText()) : null;
    }

    /** Logs one line when the checkpoint has come to stand still, and one when it moves again; none before the changefeed is in place. */
    public void report() {
        if (!inPlace) {
            watch.restart();
            return;
        }
        if (!watch.changesWith(status.checkpointTs())) {
            return;
        }
        if (watch.isStill()) {
            LoggingEventBuilder line = line(log.atWarn());
            (warningMessage == null ? line : line.addKeyValue("warning", warningMessage)).log("The changefeed stands still");
        } else {
            warning = null;
            warningMessage = null;
            line(log.atInfo()).log("The changefeed moves again");
        }
    }

    /** Whether row changes do not come, or will not for long: the checkpoint stands still, or the changefeed has to be resumed by someone. */
    public boolean isDegraded() {
        return watched && (watch.isStill() || isIn("failed") || isIn("stopped") || isIn(ChangefeedStatus.MISSING));
    }

    /** The changefeeds, as the contract's schema of that name; there is one. */
    public Map<String, List<Report>> list() {
        return Map.of("changefeeds", List.of(state()));
    }

    /** How the changefeed is. */
    public Report state() {
        ChangefeedStatus now = status;
        return new Report(file.id(), now.state(),
                now.checkpointTs() == 0 ? null : String.valueOf(now.checkpointTs()), now.checkpointTime(), checkpointLagMillis(now),
                watermarkLag.get().map(Duration::toMillis).orElse(null), watched && watch.isStill() ? watch.since() : null, warning);
    }

    private Long checkpointLagMillis(ChangefeedStatus now) {
        return now.checkpointTs() == 0 ? null : Duration.between(now.checkpointTime(), clock.instant()).toMillis();
    }

    private LoggingEventBuilder line(LoggingEventBuilder line) {
        ChangefeedStatus now = status;
        line.addKeyValue("changefeed", file.id()).addKeyValue("state", now.state());
        return now.checkpointTs() == 0 ? line : line.addKeyValue("checkpointTs", String.valueOf(now.checkpointTs()))
                .addKeyValue("checkpointTime", MILLISECONDS.format(now.checkpointTime())).addKeyValue("lagMillis", checkpointLagMillis(now));
    }

    /**
     * The changefeed, in an answer.
     *
     * @param checkpointTs a TSO as text, being beyond 2^53
     * @param watermarkLagMillis age of the newest watermark that this instance has read, in the partition where it is oldest
     * @param stillSince when the checkpoint moved last, if it stands still
     * @param warning the code of what TiCDC last complained of, if it stands still
     */
    public record Report(String id, String state, String checkpointTs, Instant checkpointTime, Long checkpointLagMillis,
            Long watermarkLagMillis, Instant stillSince, String warning) {
    }
}

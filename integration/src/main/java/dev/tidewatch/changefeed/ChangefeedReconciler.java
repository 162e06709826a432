package dev.tidewatch.changefeed;

import dev.tidewatch.consumer.AppliedWatermarks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Decides the next step that brings the changefeed in TiCDC to what {@code changefeed.yaml} describes, and takes TiCDC's answers. Called by
 * the route {@code watch-changefeed} only, on its one thread.
 */
@Component("changefeedReconciler")
public class ChangefeedReconciler {

    private static final Logger log = LoggerFactory.getLogger(ChangefeedReconciler.class);
    private static final Duration AFTER_REFUSAL = Duration.ofSeconds(10);
    private static final Duration BETWEEN_RESUMES = Duration.ofMinutes(1);
    /** Of two instances that start together, TiCDC refuses the second one's update once; then that one finds it done. */
    private static final int MOST_UPDATES = 2;

    private final Changefeed changefeed;
    private final ChangefeedFile file;
    private final Supplier<OptionalLong> lastRead;
    private final Clock clock;

    /** Whether the changefeed has been compared with the file since startup. */
    private boolean compared;
    private int refusedUpdates;
    private OptionalLong startTs = OptionalLong.empty();
    /** Whether TiDB no longer has the changes since the last known one. */
    private boolean gap;
    private Instant nextStepAt = Instant.MIN;
    /** Whether the version of TiCDC is known to be supported; it may be another one after TiCDC was unavailable. */
    private boolean supported;

    @Autowired
    ChangefeedReconciler(Changefeed changefeed, ChangefeedFile file, AppliedWatermarks applied) {
        this(changefeed, file, applied::lowestCommitted, Clock.systemUTC());
    }

    /** @param lastRead the TSO up to which all changes have been consumed; empty before the first */
    ChangefeedReconciler(Changefeed changefeed, ChangefeedFile file, Supplier<OptionalLong> lastRead, Clock clock) {
        this.changefeed = changefeed;
        this.file = file;
        this.lastRead = lastRead;
        this.clock = clock;
    }

    /** Whether TiCDC is to be asked for its version first, because it must not be told to send what an old version sends. */
    public boolean isVersionUnchecked() {
        return !supported;
    }

    /** Whether the changefeed may be registered in this TiCDC. */
    public boolean isVersionSupported() {
        return supported;
    }

    /** Takes TiCDC's answer to {@code GET /api/v2/status}. */
    public void checkVersion(@Header(Exchange.HTTP_RESPONSE_CODE) int code, @Body byte[] body) {
        TicdcAnswer answer = TicdcAnswer.of(code, body);
        if (!answer.isSuccess() || !answer.body().has("version")) {
            noteUnavailable(TicdcError.of(answer));
            return;
        }
        String version = answer.body().path("version").asText();
        Optional<TicdcVersion> known = TicdcVersion.parse(version);
        String shown = version.matches("[\\w.+-]{1,64}") ? version : "without a version";
        if (known.isPresent() && !known.get().isSupported()) {
            TicdcError error = TicdcError.unsupported(shown);
            changefeed.become(changefeed.status().in(ChangefeedStatus.UNSUPPORTED));
            changefeed.fail(error);
            changefeed.warnOnce("version", error, "TiCDC is too old: it would send password hashes to Kafka; the changefeed is not"
                    + " registered" + (changefeed.isInPlace() ? "" : "; requests get 503 until TiCDC is updated"));
            return;
        }
        if (known.isEmpty()) {
            changefeed.warnOnce("version", new TicdcError(null, "TiCDC " + shown),
                    "The version of TiCDC cannot be read; Tidewatch assumes " + TicdcVersion.FIRST_SUPPORTED + " or later");
        }
        supported = true;
    }

    /**
     * Decides the next step from TiCDC's answer to {@code GET /api/v2/changefeeds/{id}}.
     *
     * @return {@code create}, {@code pause}, {@code update}, {@code resume} or {@code nothing}
     */
    public String nextStep(@Header(Exchange.HTTP_RESPONSE_CODE) int code, @Body byte[] body) {
        TicdcAnswer answer = TicdcAnswer.of(code, body);
        if (answer.isError("ErrChangeFeedNotExists")) {
            changefeed.become(changefeed.status().in(ChangefeedStatus.MISSING));
            return due("create");
        }
        if (!answer.isSuccess() || !answer.body().has("state")) {
            noteUnavailable(TicdcError.of(answer));
            return "nothing";
        }
        changefeed.become(new ChangefeedStatus(answer.body().path("state").asText(), answer.body().path("checkpoint_ts").asLong()));
        if (!compared) {
            // Only at startup: later an instance of another version may have updated the changefeed, or an operator paused it.
            boolean halted = changefeed.isIn("stopped") || changefeed.isIn("failed");
            if (!file.matches(answer.body().path("sink_uri").asText()) && refusedUpdates < MOST_UPDATES) {
                return due(halted ? "update" : "pause");
            }
            if (changefeed.isIn("stopped")) {
                return due("resume");
            }
            compared = true;
            changefeed.putInPlace();
            changefeed.info("The changefeed is in place");
        }
        if (!changefeed.isIn("failed")) {
            changefeed.clearErrors();
            return "nothing";
        }
        TicdcError error = TicdcError.ofRunningError(answer.body().path("error"));
        changefeed.fail(error);
        changefeed.warnOnce("failed", error, "The changefeed has failed");
        return due("resume");
    }

    private String due(String step) {
        return clock.instant().isBefore(nextStepAt) ? "nothing" : step;
    }

    /**
     * The body of {@code POST /api/v2/changefeeds}. The new changefeed resumes from the last checkpoint seen, else from the last watermark
     * consumed, so that no change is lost.
     */
    public Map<String, Object> creation() {
        long checkpointTs = changefeed.status().checkpointTs();
        startTs = gap ? OptionalLong.empty() : checkpointTs > 0 ? OptionalLong.of(checkpointTs) : lastRead.get();
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
            nextStepAt = clock.instant().plus(BETWEEN_RESUMES);
        }
        if (!answer.isSuccess()) {
            refuse(step, answer);
            return;
        }
        switch (step) {
            case "create" -> {
                gap = false;
                changefeed.become(changefeed.status().in(answer.body().path("state").asText()));
                if (startTs.isEmpty()) {
                    changefeed.info("The changefeed is created");
                } else {
                    changefeed.warnOfGap(startTs.getAsLong(),
                            "The changefeed was missing; it is created again and resumes from the last known change");
                }
            }
            case "update" -> {
                refusedUpdates = 0;
                changefeed.info("The changefeed is updated to changefeed.yaml");
            }
            case "pause" -> changefeed.info("The changefeed is paused for an update");
            default -> changefeed.info("The changefeed is resumed");
        }
    }

    private void refuse(String step, TicdcAnswer answer) {
        if (answer.isError("ErrChangeFeedAlreadyExists")) {
            return;
        }
        TicdcError refusal = TicdcError.of(answer);
        if (answer.isError("ErrStartTsBeforeGC") && step.equals("create")) {
            gap = true;
            changefeed.warnOfGap(startTs.orElse(0), "TiDB no longer has the changes since the last known one; the changefeed starts"
                    + " from now, and the row changes in between are missing");
        } else if (step.equals("update")) {
            if (++refusedUpdates == MOST_UPDATES) {
                changefeed.warnOnce(step, refusal, "TiCDC refuses to update the changefeed to changefeed.yaml; it keeps its configuration");
            }
        } else {
            changefeed.fail(refusal);
            if (!step.equals("resume")) {
                nextStepAt = clock.instant().plus(AFTER_REFUSAL);
            }
            changefeed.warnOnce(step, refusal, "TiCDC refuses to " + step + " the changefeed"
                    + (answer.isError("ErrTableIneligible") ? "; give the tables a primary key, or exclude them in changefeed.yaml" : "")
                    + (answer.isError("ErrColumnSelectorFailed")
                            ? "; give the table a primary key without the columns that column_selectors in changefeed.yaml excludes" : "")
                    + (changefeed.isInPlace() ? "" : "; requests get 503 until it is in place"));
        }
    }

    /** Notes that TiCDC did not answer, or Kafka when asked for the last consumed watermark. */
    public void noteSilence(@ExchangeException Exception exception) {
        log.debug("No answer", exception);
        if (exception instanceof KafkaException) {
            changefeed.fail(TicdcError.KAFKA_IS_SILENT);
            if (!changefeed.isInPlace()) {
                changefeed.warnOnce("create", TicdcError.KAFKA_IS_SILENT,
                        "The changefeed cannot be created; requests get 503 until it is in place");
            }
        } else {
            noteUnavailable(TicdcError.TICDC_IS_SILENT);
        }
    }

    private void noteUnavailable(TicdcError why) {
        supported = false;
        changefeed.become(changefeed.status().in(ChangefeedStatus.UNKNOWN));
        changefeed.fail(why);
        if (!changefeed.isInPlace() && hasSentBefore()) {
            changefeed.putInPlace();
            changefeed.warnOnce("ask", why, "TiCDC is unavailable, but has sent changes before; requests are served");
        } else if (!changefeed.isInPlace()) {
            changefeed.warnOnce("ask", why, "TiCDC is unavailable; requests get 503 until the changefeed is in place");
        }
    }

    private boolean hasSentBefore() {
        try {
            return lastRead.get().isPresent();
        } catch (KafkaException e) {
            log.debug("Kafka did not return the last consumed watermark", e);
            return false;
        }
    }
}

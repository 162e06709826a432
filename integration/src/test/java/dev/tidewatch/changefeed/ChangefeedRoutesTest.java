package dev.tidewatch.changefeed;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.changefeed.RecordedTicdc.Request;
import dev.tidewatch.changes.RowChange;
import dev.tidewatch.settings.KafkaSecurity;
import dev.tidewatch.settings.SettingBinder;
import dev.tidewatch.support.CapturedLog;
import dev.tidewatch.support.LogLineSchema;
import dev.tidewatch.support.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.env.MockEnvironment;

/** The changefeed routes against recorded answers of a live TiCDC. */
class ChangefeedRoutesTest {

    private static final String OURS = "kafka://kafka:9092/tidb-cdc-events?protocol=canal-json&enable-tidb-extension=true"
            + "&replication-factor=1&max-message-bytes=10485760&auto-create-topic=false&kafka-client-id=tidewatch-";

    private static final String UNAVAILABLE = "TiCDC is unavailable; requests get 503 until the changefeed is in place";
    private static final String STALLED = "The changefeed is stalled";
    private static final String CLUSTER_IS_UNHEALTHY =
            "{\"error_msg\":\"[CDC:ErrClusterIsUnhealthy]TiCDC cluster is unhealthy\",\"error_code\":\"CDC:ErrClusterIsUnhealthy\"}";

    private final RecordedTicdc ticdc = new RecordedTicdc();
    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T09:00:00Z"));
    private volatile OptionalLong lastRead = OptionalLong.empty();
    private volatile Optional<Instant> watermark = Optional.empty();
    private final AtomicInteger watermarkReads = new AtomicInteger();
    private volatile boolean kafkaUnreachable;
    private KafkaSecurity kafka = kafka();
    private CapturedLog log;
    private DefaultCamelContext camel;
    private Changefeed changefeed;
    private ExcludedColumns excluded;
    private String database = "tidewatch";

    @BeforeEach
    void open() {
        log = CapturedLog.open();
    }

    @AfterEach
    void close() throws Exception {
        if (camel != null) {
            camel.close();
        }
        ticdc.close();
        log.close();
        new LogLineSchema().check(log.texts());
    }

    @Test
    void createsTheChangefeedOfTheFile() throws Exception {
        ticdc.start();
        startApplication();

        await().until(changefeed::isInPlace);
        assertThat(ticdc.changes()).hasSize(1);
        Request creation = ticdc.changes().get(0);
        assertThat(creation.path()).isEqualTo("/api/v2/changefeeds");
        assertThat(creation.body().path("changefeed_id").asText()).isEqualTo("tidewatch");
        assertThat(creation.body().path("sink_uri").asText()).startsWith(OURS);
        assertThat(creation.body().has("start_ts")).as("starts from now").isFalse();
        JsonNode replica = creation.body().path("replica_config");
        assertThat(replica.at("/filter/rules").toString())
                .contains("\"`tidewatch`.*\"", "\"!`tidewatch`.outbox\"", "\"!`tidewatch`.processed_events\"");
        assertThat(replica.at("/sink/dispatchers/0/partition").asText()).isEqualTo("index-value");
        assertThat(replica.at("/sink/column_selectors").toString()).as("also for a copy of a table")
                .isEqualTo("[{\"matcher\":[\"`tidewatch`.*\"],\"columns\":[\"*\",\"!password_hash\",\"!token_hash\"]}]");
        assertThat(replica.at("/sink/kafka_config/output_raw_change_event").asBoolean()).as("no split UPDATE").isTrue();
        assertThat(replica.at("/sink/kafka_config/large_message_handle/large_message_handle_option").asText()).isEqualTo("handle-key-only");
        log.await(message("The changefeed is created"));
        log.await(message("The changefeed is in place"));
    }

    @ParameterizedTest
    @CsvSource({"user-service,`user-service`", "2024.app,`2024.app`", "app$1,`app$1`", "日本,`日本`", "a`b,`a``b`", "\"a\\b\",`\"a\\b\"`"})
    void bug23QuotesTheNameOfTheDatabase(String name, String quoted) throws Exception {
        database = name;
        ticdc.start();
        startApplication();

        await().until(changefeed::isInPlace);
        JsonNode replica = ticdc.changes().get(0).body().path("replica_config");
        assertThat(replica.at("/filter/rules/0").asText()).isEqualTo(quoted + ".*");
        assertThat(replica.at("/filter/rules/1").asText()).isEqualTo("!" + quoted + ".outbox");
        assertThat(replica.at("/sink/column_selectors/0/matcher/0").asText()).isEqualTo(quoted + ".*");
    }

    @Test
    void refusesATicdcThatIgnoresColumnSelectors() throws Exception {
        ticdc.setVersion("v7.3.0");
        ticdc.start();
        startApplication();

        JsonNode line = log.await(message("TiCDC is too old: it would send password hashes to Kafka; the changefeed is not registered; "
                + "requests get 503 until TiCDC is updated"));
        assertThat(line.path("warning").asText()).isEqualTo("TiCDC v7.3.0 ignores column selectors; use v7.5.0 or later");
        awaitPolls(5);
        assertThat(ticdc.changes()).isEmpty();
        assertThat(changefeed.isInPlace()).isFalse();
        assertThat(changefeed.isDegraded()).isTrue();
        assertThat(changefeed.state().state()).isEqualTo("unsupported");
        assertThat(changefeed.state().warning()).isEqualTo("Tidewatch:UnsupportedVersion");
        assertThat(changefeed.obstacle()).hasValueSatisfying(
                detail -> assertThat(detail).contains("TiCDC v7.3.0 ignores column selectors; use v7.5.0 or later"));
        assertThat(log.lines(where("level", "WARN"))).as("one clear line").hasSize(1);

        ticdc.setVersion("v7.5.0");
        await().until(changefeed::isInPlace);
        assertThat(changefeed.isDegraded()).isFalse();
    }

    @Test
    void updatesNoChangefeedOfATicdcThatIgnoresColumnSelectors() throws Exception {
        lastRead = OptionalLong.of(470612470330556499L);
        ticdc.setVersion("v7.1.5");
        ticdc.start();
        ticdc.put("kafka://kafka:9092/tidb-cdc-events?protocol=canal-json&kafka-client-id=tidewatch-000000000000", "normal");
        startApplication();

        await().until(() -> changefeed.state().state().equals("unsupported"));
        awaitPolls(5);
        assertThat(ticdc.changes()).isEmpty();
        assertThat(changefeed.isInPlace()).as("although it has sent changes before").isFalse();
    }

    @Test
    void takesATicdcWithoutAVersionForACurrentOne() throws Exception {
        ticdc.setVersion("None");
        ticdc.start();
        startApplication();

        await().until(changefeed::isInPlace);
        assertThat(log.await(message("The version of TiCDC cannot be read; Tidewatch assumes v7.5.0 or later")).path("warning").asText())
                .isEqualTo("TiCDC None");
    }

    @Test
    void isDegradedWhileExcludedColumnsArrive() throws Exception {
        createsTheChangefeedOfTheFile();
        assertThat(changefeed.isDegraded()).isFalse();
        excluded.withoutExcluded(new RowChange("INSERT", "tidewatch", "users", Map.of("id", 1L), Map.of("id", 1L, "password_hash", "x"),
                null, 1L, clock.instant(), null));

        assertThat(changefeed.isDegraded()).isTrue();
        assertThat(changefeed.state().warning()).isEqualTo("Tidewatch:ExcludedColumnsSent");
        clock.advance(Duration.ofMinutes(61));
        await().until(() -> changefeed.state().warning() == null);
    }

    @Test
    void namesTheKeyThatCannotBeExcluded() throws Exception {
        ticdc.refuseCreation("create temporary");
        ticdc.start();
        startApplication();
        ChangefeedReconciler reconciler = camel.getRegistry().lookupByNameAndType("changefeedReconciler", ChangefeedReconciler.class);

        reconciler.conclude("create", 500, "{\"error_msg\":\"no primary key columns\",\"error_code\":\"CDC:ErrColumnSelectorFailed\"}"
                .getBytes(StandardCharsets.UTF_8));

        log.await(line -> line.path("message").asText().startsWith("TiCDC refuses to create the changefeed; give the table a primary key "
                + "without the columns that column_selectors in changefeed.yaml excludes"));
    }

    @Test
    void passesTheKafkaSecuritySettingsToTicdc() throws Exception {
        kafka = kafka("security-protocol", "SASL_SSL", "username", "tide watch", "password", "marked&secret");
        ticdc.start();
        startApplication();
        await().until(changefeed::isInPlace);
        String first = ticdc.changes().get(0).body().path("sink_uri").asText();
        camel.close();
        kafka = kafka("security-protocol", "SASL_SSL", "username", "tide watch", "password", "another");
        startApplication();
        await().until(changefeed::isInPlace);

        assertThat(first).contains("&auto-create-topic=false&enable-tls=true&ca=%2Fetc%2Fticdc%2Fca.pem&sasl-mechanism=SCRAM-SHA-512"
                + "&sasl-user=tide%20watch&kafka-client-id=tidewatch-").endsWith("&sasl-password=marked%26secret");
        assertThat(ticdc.changes()).as("a changed password does not change the fingerprint").hasSize(1);
        assertThat(log.texts()).isNotEmpty().noneMatch(line -> line.contains("marked"));
    }

    private static KafkaSecurity kafka(String... settings) {
        MockEnvironment environment = new MockEnvironment().withProperty("tidewatch.kafka.security-protocol", "PLAINTEXT")
                .withProperty("tidewatch.kafka.sasl-mechanism", "SCRAM-SHA-512").withProperty("tidewatch.kafka.username", "")
                .withProperty("tidewatch.kafka.password", "").withProperty("tidewatch.kafka.ssl-ca", "");
        for (int i = 0; i < settings.length; i += 2) {
            environment.setProperty("tidewatch.kafka." + settings[i], settings[i + 1]);
        }
        return SettingBinder.bind(environment, KafkaSecurity.class);
    }

    @Test
    void aSecondStartChangesNothing() throws Exception {
        createsTheChangefeedOfTheFile();
        camel.close();
        startApplication();

        await().until(changefeed::isInPlace);
        awaitPolls(5);
        assertThat(ticdc.changes()).as("of both starts").hasSize(1);
    }

    @Test
    void updatesTheWholeChangefeedAfterTheFileHasChanged() throws Exception {
        ticdc.start();
        ticdc.put("kafka://kafka:9092/tidb-cdc-events?protocol=canal-json&kafka-client-id=tidewatch-000000000000", "normal");
        startApplication();

        await().until(changefeed::isInPlace);
        assertThat(ticdc.changes()).extracting(Request::path).extracting(path -> path.replaceFirst(".*/changefeeds/", ""))
                .containsExactly("tidewatch/pause", "tidewatch", "tidewatch/resume");
        Request update = ticdc.changes().get(1);
        assertThat(update.method()).isEqualTo("PUT");
        assertThat(update.body().path("sink_uri").asText()).startsWith(OURS);
        assertThat(update.body().path("replica_config").path("check_gc_safe_point").asBoolean()).isTrue();
        assertThat(update.body().has("start_ts")).isFalse();
        assertThat(ticdc.feed().path("state").asText()).isEqualTo("normal");
    }

    @Test
    void leavesAnotherVersionsChangefeedAloneWhileRunning() throws Exception {
        createsTheChangefeedOfTheFile();
        ticdc.put("kafka://kafka:9092/tidb-cdc-events?protocol=canal-json&kafka-client-id=tidewatch-000000000000", "normal");

        awaitPolls(5);
        assertThat(ticdc.changes()).hasSize(1);
    }

    @Test
    void resumesAFailedChangefeedOnceAMinute() throws Exception {
        createsTheChangefeedOfTheFile();
        ticdc.refuseResume("{\"error_msg\":\"[CDC:ErrStartTsBeforeGC]fail to create or maintain changefeed\","
                + "\"error_code\":\"CDC:ErrStartTsBeforeGC\"}");
        ticdc.fail("CDC:ErrGCTTLExceeded", "[CDC:ErrGCTTLExceeded]the checkpoint-ts lag of the changefeed has exceeded the GC TTL");

        assertThat(log.await(message("The changefeed has failed")).path("warning").asText()).contains("GC TTL");
        await().until(() -> "CDC:ErrGCTTLExceeded".equals(changefeed.state().warning()));
        log.await(message("TiCDC refuses to resume the changefeed"));
        assertThat(changefeed.isDegraded()).isTrue();
        awaitPolls(5);
        assertThat(ticdc.changes()).as("one creation and one resume").hasSize(2);
        for (int minute = 1; minute <= 3; minute++) {
            clock.advance(Duration.ofSeconds(61));
            int resumes = 2 + minute;
            await().until(() -> ticdc.changes().size() == resumes);
        }
        assertThat(log.lines(message("The changefeed has failed"))).hasSize(1);
        assertThat(log.lines(message("TiCDC refuses to resume the changefeed"))).hasSize(1);

        ticdc.refuseResume(null);
        clock.advance(Duration.ofSeconds(61));
        log.await(message("The changefeed is resumed"));
        await().until(() -> !changefeed.isDegraded());
    }

    @Test
    void resumesAPausedChangefeedAtStartupOnly() throws Exception {
        createsTheChangefeedOfTheFile();
        ticdc.setState("stopped");
        await().until(changefeed::isDegraded);
        awaitPolls(5);
        assertThat(ticdc.changes()).hasSize(1);

        camel.close();
        startApplication();
        await().until(changefeed::isInPlace);
        assertThat(ticdc.feed().path("state").asText()).isEqualTo("normal");
    }

    @Test
    void recreatesARemovedChangefeedFromItsLastCheckpoint() throws Exception {
        createsTheChangefeedOfTheFile();
        await().until(() -> changefeed.state().checkpointTs() != null);
        ticdc.freeze(true);
        awaitPolls(2);
        long checkpoint = ticdc.checkpoint();
        ticdc.remove();

        await().until(() -> ticdc.changes().size() == 2);
        assertThat(ticdc.changes().get(1).body().path("start_ts").asLong()).isEqualTo(checkpoint);
        JsonNode recreated = log.await(message("The changefeed was missing; it is created again and resumes from the last known change"));
        assertThat(recreated.path("startTs").asText()).isEqualTo(String.valueOf(checkpoint));
        assertThat(changefeed.isInPlace()).isTrue();
    }

    @Test
    void createsAMissingChangefeedFromTheLastConsumedWatermark() throws Exception {
        lastRead = OptionalLong.of(470612470330556499L);
        ticdc.start();
        startApplication();

        await().until(changefeed::isInPlace);
        assertThat(ticdc.changes().get(0).body().path("start_ts").asLong()).isEqualTo(470612470330556499L);
    }

    @Test
    void warnsOfLostChangesAndCapturesTheRest() throws Exception {
        lastRead = OptionalLong.of(400000000000000000L);
        ticdc.refuseCreation("start_ts before GC safepoint");
        ticdc.start();
        startApplication();

        log.await(line -> line.path("message").asText().contains("the row changes in between are missing"));
        ticdc.refuseCreation(null);
        await().until(changefeed::isInPlace);
        assertThat(ticdc.changes().get(ticdc.changes().size() - 1).body().has("start_ts")).isFalse();

        await().until(() -> changefeed.state().checkpointTs() != null);
        int before = ticdc.changes().size();
        ticdc.remove();
        await().until(() -> ticdc.changes().size() > before);
        assertThat(ticdc.changes().get(before).body().has("start_ts")).as("resumes from the checkpoint").isTrue();
    }

    @Test
    void keepsTheChangefeedRunningAfterARefusedUpdate() throws Exception {
        ticdc.start();
        ticdc.refuseUpdate("{\"error_msg\":\"[CDC:ErrChangefeedUpdateRefused]changefeed update error: the number of partition\","
                + "\"error_code\":\"CDC:ErrChangefeedUpdateRefused\"}");
        ticdc.put("kafka://kafka:9092/tidb-cdc-events?protocol=canal-json", "normal");
        startApplication();

        await().until(changefeed::isInPlace);
        assertThat(ticdc.feed().path("state").asText()).isEqualTo("normal");
        JsonNode refused = log.await(message("TiCDC refuses to update the changefeed to changefeed.yaml; it keeps its configuration"));
        assertThat(refused.path("warning").asText()).contains("the number of partition");
        int changes = ticdc.changes().size();
        awaitPolls(5);
        assertThat(ticdc.changes()).hasSize(changes);
    }

    @Test
    void comparesTheFileOnceTicdcIsAvailable() throws Exception {
        lastRead = OptionalLong.of(470612470330556499L);
        ticdc.answerAll(CLUSTER_IS_UNHEALTHY);
        ticdc.start();
        ticdc.put("kafka://kafka:9092/tidb-cdc-events?protocol=canal-json&kafka-client-id=tidewatch-000000000000", "stopped");
        startApplication();
        await().until(changefeed::isInPlace);

        ticdc.answerAll(null);

        log.await(message("The changefeed is updated to changefeed.yaml"));
        await().until(() -> ticdc.feed().path("state").asText().equals("normal"));
    }

    @Test
    void logsOneWarningWhileKafkaIsUnreachable() throws Exception {
        kafkaUnreachable = true;
        ticdc.start();
        startApplication();

        assertThat(log.await(message("The changefeed cannot be created; requests get 503 until it is in place")).path("warning").asText())
                .isEqualTo("Kafka does not answer");
        awaitPolls(10);
        assertThat(log.lines(line -> line.path("level").asText().equals("WARN"))).hasSize(1);

        kafkaUnreachable = false;
        await().until(changefeed::isInPlace);
    }

    @Test
    void ignoresAnswersOfAnotherProgram() throws Exception {
        createsTheChangefeedOfTheFile();
        camel.close();
        ticdc.answerAllWell("{}");
        startApplication();

        log.await(message(UNAVAILABLE));
        awaitPolls(5);
        assertThat(ticdc.changes()).hasSize(1);
        ticdc.answerAllWell(null);
        await().until(changefeed::isInPlace);
    }

    @Test
    void namesTheCauseOfAStallWhileTicdcIsUnhealthy() throws Exception {
        createsTheChangefeedOfTheFile();
        ticdc.answerAll(CLUSTER_IS_UNHEALTHY);
        await().until(() -> changefeed.state().state().equals("unknown"));
        clock.advance(Duration.ofSeconds(61));

        assertThat(log.await(message(STALLED)).path("warning").asText()).contains("TiCDC cluster is unhealthy");
    }

    @Test
    void waitsForTicdcToStart() throws Exception {
        startApplication();

        log.await(message(UNAVAILABLE));
        assertThat(changefeed.isInPlace()).isFalse();
        ticdc.start();
        await().until(changefeed::isInPlace);
        assertThat(log.lines(message(UNAVAILABLE))).hasSize(1);
    }

    @Test
    void servesRequestsWithoutTicdcIfItHasSentChangesBefore() throws Exception {
        lastRead = OptionalLong.of(470612470330556499L);
        startApplication();

        await().until(changefeed::isInPlace);
        log.await(message("TiCDC is unavailable, but has sent changes before; requests are served"));
    }

    @Test
    void retriesWhileTicdcIsStarting() throws Exception {
        ticdc.answerAll(CLUSTER_IS_UNHEALTHY);
        ticdc.start();
        startApplication();

        assertThat(log.await(message(UNAVAILABLE)).path("warning").asText())
                .isEqualTo("[CDC:ErrClusterIsUnhealthy]TiCDC cluster is unhealthy");
        assertThat(ticdc.changes()).isEmpty();
        ticdc.answerAll(null);
        await().until(changefeed::isInPlace);
    }

    @Test
    void treatsANonJsonAnswerAsUnavailable() throws Exception {
        ticdc.answerAll("<html><body>502 Bad Gateway</body></html>");
        ticdc.start();
        startApplication();

        assertThat(log.await(message(UNAVAILABLE)).path("warning").asText())
                .isEqualTo("HTTP status 500 without a TiCDC error");
        assertThat(ticdc.changes()).isEmpty();
        ticdc.answerAll(null);
        await().until(changefeed::isInPlace);
    }

    @Test
    void namesTheTableThatCannotBeCaptured() throws Exception {
        ticdc.refuseCreation("create temporary");
        ticdc.start();
        startApplication();

        JsonNode line = log.await(message("TiCDC refuses to create the changefeed; give the tables a primary key, "
                + "or exclude them in changefeed.yaml; requests get 503 until it is in place"));
        assertThat(line.path("warning").asText()).contains("tidewatch.no_pk");
        assertThat(line.path("level").asText()).isEqualTo("WARN");
        awaitPolls(5);
        assertThat(ticdc.changes()).as("no retry before the delay").hasSize(1);

        ticdc.refuseCreation(null);
        clock.advance(Duration.ofSeconds(11));
        await().until(changefeed::isInPlace);
    }

    @Test
    void twoInstancesThatStartTogetherAgree() throws Exception {
        ticdc.start();
        startApplication();
        DefaultCamelContext first = camel;
        Changefeed firsts = changefeed;
        startApplication();

        await().until(() -> firsts.isInPlace() && changefeed.isInPlace());
        assertThat(log.lines(line -> line.path("level").asText().equals("WARN"))).isEmpty();
        first.close();
    }

    @Test
    void logsAStalledCheckpointOnceAndItsRecoveryOnce() throws Exception {
        createsTheChangefeedOfTheFile();
        ticdc.freeze(true);
        awaitPolls(2);
        assertThat(changefeed.isDegraded()).isFalse();

        clock.advance(Duration.ofSeconds(61));
        JsonNode stalled = log.await(message(STALLED));
        assertThat(stalled.path("level").asText()).isEqualTo("WARN");
        assertThat(stalled.path("state").asText()).isEqualTo("normal");
        assertThat(stalled.path("checkpointTs").asText()).isEqualTo(String.valueOf(ticdc.checkpoint()));
        assertThat(stalled.path("warning").asText()).contains("CDC:ErrKafkaNewProducer");
        assertThat(changefeed.isDegraded()).isTrue();
        assertThat(changefeed.state().warning()).isEqualTo("CDC:ErrKafkaNewProducer");
        awaitPolls(5);

        ticdc.freeze(false);
        assertThat(log.await(message("The changefeed advances again")).path("level").asText()).isEqualTo("INFO");
        assertThat(changefeed.isDegraded()).isFalse();
        assertThat(log.lines(message(STALLED))).hasSize(1);
    }

    @Test
    void reportsAStallWhileTicdcIsDown() throws Exception {
        createsTheChangefeedOfTheFile();
        ticdc.stop();
        await().until(() -> changefeed.state().state().equals("unknown"));
        clock.advance(Duration.ofSeconds(61));

        JsonNode stalled = log.await(message(STALLED));
        assertThat(stalled.path("state").asText()).isEqualTo("unknown");
        assertThat(stalled.path("warning").asText()).isEqualTo("TiCDC does not answer");
        assertThat(changefeed.isInPlace()).as("requests are served").isTrue();
        ticdc.start();
        log.await(message("The changefeed advances again"));
    }

    @Test
    void withoutTicdcTheWatermarksDecideWhetherItIsStalled() throws Exception {
        startApplication("");
        clock.advance(Duration.ofHours(1));
        awaitWatermarkReads(2);
        assertThat(changefeed.since()).isNull();
        assertThat(changefeed.isDegraded()).isFalse();
        assertThat(changefeed.state().state()).isEqualTo("unwatched");
        assertThat(changefeed.isInPlace()).as("requests are served").isTrue();

        watermark = Optional.of(clock.instant());
        await().until(() -> changefeed.state().state().equals("moving"));
        Instant since = changefeed.since();
        clock.advance(Duration.ofSeconds(50));
        awaitWatermarkReads(2);
        assertThat(changefeed.state().state()).isEqualTo("moving");
        assertThat(changefeed.since()).isEqualTo(since);

        clock.advance(Duration.ofSeconds(11));
        assertThat(log.await(message(STALLED)).path("state").asText()).isEqualTo("still");
        assertThat(changefeed.state().stalledSince()).isEqualTo(since);
        assertThat(changefeed.state().watermarkLagMillis()).isEqualTo(61_000);
        assertThat(changefeed.since()).isEqualTo(since.plusSeconds(61));
        assertThat(changefeed.isDegraded()).isTrue();

        watermark = Optional.of(clock.instant());
        log.await(message("The changefeed advances again"));
        assertThat(changefeed.state().stalledSince()).isNull();
        assertThat(changefeed.isDegraded()).isFalse();
        assertThat(log.lines(message(STALLED))).hasSize(1);
    }

    private void startApplication() throws Exception {
        startApplication(ticdc.url());
    }

    /** Starts the route files and beans of the changefeed. */
    private void startApplication(String url) throws Exception {
        camel = new DefaultCamelContext();
        Properties properties = new Properties();
        properties.putAll(Map.of("ticdc.url", url, "ticdc.changefeeds", url + "/api/v2/changefeeds",
                "tidewatch.changefeed.id", "tidewatch", "tidewatch.changefeed.watch-every", "40", "tidewatch.database.name", database,
                "camel.component.kafka.brokers", "kafka:9092", "topics.database-changes", "tidb-cdc-events",
                "tidewatch.topics.partitions", "3", "tidewatch.topics.replication", "1"));
        properties.put("tidewatch.topics.max-message-bytes", "10485760");
        properties.put("roles.api", "true");
        camel.getPropertiesComponent().setInitialProperties(properties);
        ChangefeedFile file = new ChangefeedFile(camel, kafka,
                new ChangefeedProperties("tidewatch", "/etc/ticdc/ca.pem", Duration.ofMinutes(1)));
        excluded = new ExcludedColumns(file.database(), file.excludedColumns(), clock);
        changefeed = new Changefeed(file.id(), this::watermark, excluded::areSent, !url.isEmpty(), Duration.ofMinutes(1), clock);
        camel.getRegistry().bind("changefeed", changefeed);
        camel.getRegistry().bind("changefeedReconciler", new ChangefeedReconciler(changefeed, file, this::lastRead, clock));
        camel.getRegistry().bind("topics", new CreatedTopics(ticdc));
        for (String routes : List.of("changefeed-errors", "watch-changefeed", "change-changefeed", "watch-watermarks")) {
            PluginHelper.getRoutesLoader(camel).loadRoutes(
                    ResourceHelper.resolveMandatoryResource(camel, "classpath:camel/changefeed/" + routes + ".camel.yaml"));
        }
        camel.start();
    }

    private Optional<Instant> watermark() {
        watermarkReads.incrementAndGet();
        return watermark;
    }

    /** Waits for so many more polls of the watermarks. */
    private void awaitWatermarkReads(int count) {
        int before = watermarkReads.get();
        await().until(() -> watermarkReads.get() >= before + count);
    }

    private OptionalLong lastRead() {
        if (kafkaUnreachable) {
            throw new TimeoutException("No broker answers");
        }
        return lastRead;
    }

    /** The bean topics of this test. */
    public record CreatedTopics(RecordedTicdc ticdc) {

        public void create() {
            ticdc.topicIsCreated();
        }
    }

    /** Waits for so many more polls of the changefeed. */
    private void awaitPolls(int count) {
        int before = ticdc.asked();
        await().until(() -> ticdc.asked() >= before + count);
    }

    private static Predicate<JsonNode> message(String message) {
        return where("message", message);
    }
}

package dev.tidewatch.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.type.filter.AnnotationTypeFilter;

/** Settings are taken as people type them, or rejected with one line that names the variable. */
class SettingLimitsTest {

    private static final Map<String, String> EXPECTED = Map.of(
            "ANOTHER TOPIC", "another topic than TIDEWATCH_USER_EVENTS_TOPIC (\"user-events\") and its dead-letter topic",
            "NAME OF A SCHEMA", "the name of a schema: at most 64 letters, digits and the characters _ $ . -",
            "NAME OF A TOPIC", "the name of a topic: at most 245 letters, digits, dots, underscores and hyphens",
            "BROKERS", "a list of brokers, such as kafka-1:9092,kafka-2:9092 or [2001:db8::1]:9092");

    private final ConfigurableEnvironment environment = new StandardEnvironment();

    @BeforeEach
    void open() throws IOException {
        new YamlPropertySourceLoader().load("Config resource 'class path resource [application.yaml]'",
                new ClassPathResource("application.yaml")).forEach(environment.getPropertySources()::addLast);
    }

    @Test
    void acceptsTheDefaults() {
        start("TIDEWATCH_ENV", "development");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            TIDB_HOST     | ' tidb '                                  | tidewatch.database.host       | tidb
            TIDB_HOST     | my_tidb.example.org.                      | tidewatch.database.host       | my_tidb.example.org.
            TIDB_HOST     | ::1                                       | tidewatch.database.host       | [::1]
            TIDB_HOST     | [2001:db8::1]                             | tidewatch.database.host       | [2001:db8::1]
            TIDB_HOST     | fe80::1%eth0                              | tidewatch.database.host       | [fe80::1%eth0]
            TIDB_HOST     | ::ffff:192.0.2.1                          | tidewatch.database.host       | [::ffff:192.0.2.1]
            KAFKA_BROKERS | 'kafka-1:9092, kafka_2:9092 ,'            | camel.component.kafka.brokers | kafka-1:9092,kafka_2:9092
            KAFKA_BROKERS | SASL_SSL://kafka:9093/                    | camel.component.kafka.brokers | kafka:9093
            KAFKA_BROKERS | '[::1]:9092,192.0.2.1:9092'               | camel.component.kafka.brokers | [::1]:9092,192.0.2.1:9092
            TICDC_URL     | http://ticdc:8300/                        | ticdc.changefeeds             | http://ticdc:8300/api/v2/changefeeds
            TICDC_URL     | ' https://[::1]:8300// '                  | ticdc.url                     | https://[::1]:8300
            TICDC_URL     | https://proxy.example/ticdc/              | ticdc.url                     | https://proxy.example/ticdc
            TIDEWATCH_ROLES | ' api, events,'                         | roles.events                  | true
            """)
    void takesWhatPeopleType(String variable, String value, String property, String expected) {
        start(variable, value);

        assertThat(environment.getProperty(property)).isEqualTo(expected);
    }

    @Test
    void aLaterSourceMayReplaceAnAddress() {
        start("KAFKA_BROKERS", " kafka:9092");
        environment.getPropertySources().addFirst(new MapPropertySource("embedded", Map.of("KAFKA_BROKERS", "127.0.0.1:4711")));

        assertThat(environment.getProperty("camel.component.kafka.brokers")).isEqualTo("127.0.0.1:4711");
    }

    @Test
    void takesOriginsAsPeopleTypeThem() throws ClassNotFoundException {
        start("TIDEWATCH_CORS_ORIGINS", "https://Page.example/ , http://localhost:80,https://a.example:443/,");

        assertThat(bind("dev.tidewatch.http.HttpProperties"))
                .asString().contains("corsOrigins=[https://page.example, http://localhost, https://a.example]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            TIDB_HOST                       | tidb:4000         | a host name or an IP address; TIDB_PORT is its port
            TIDB_HOST                       | cafe:4000         | a host name or an IP address; TIDB_PORT is its port
            TIDB_HOST                       | http://tidb       | a host name or an IP address; TIDB_PORT is its port
            TIDB_HOST                       | ''                | a host name or an IP address; TIDB_PORT is its port
            TIDB_PORT                       | 65536             | a whole number from 1 to 65535
            TIDB_PORT                       | mysql             | a whole number
            TIDB_DATABASE                   | a/b               | NAME OF A SCHEMA
            TIDB_DATABASE                   | my?db             | NAME OF A SCHEMA
            TIDB_DATABASE                   | ''                | NAME OF A SCHEMA
            TIDB_USER                       | ''                | a user name of 1 to 32 characters
            TIDEWATCH_DATABASE_CONNECTIONS  | 0                 | a whole number from 2 to 10000
            TIDEWATCH_SEED_USER             | maybe             | true or false
            TIDEWATCH_EXPIRED_TOKENS_HOURS  | 168h              | a whole number
            TIDEWATCH_EXPIRED_TOKENS_HOURS  | -1                | a whole number from 1 to 87600
            TIDEWATCH_PROCESSED_EVENTS_HOURS | 0                | a whole number from 1 to 87600
            KAFKA_BROKERS                   | kafka             | BROKERS
            KAFKA_BROKERS                   | ::1:9092          | BROKERS
            KAFKA_BROKERS                   | a:9092;b:9092     | BROKERS
            KAFKA_BROKERS                   | kafka:90920       | BROKERS
            KAFKA_BROKERS                   | ','               | BROKERS
            TICDC_URL                       | ticdc:8300        | empty or an address such as http://ticdc:8300
            TICDC_URL                       | http://ticdc/?a=b | empty or an address such as http://ticdc:8300
            TICDC_URL                       | http://ticdc:0    | empty or an address such as http://ticdc:8300
            TIDEWATCH_CHANGEFEED_ID         | my_feed           | at most 128 letters and digits, with single hyphens between them
            TIDEWATCH_CHANGEFEED_ID         | a--b              | at most 128 letters and digits, with single hyphens between them
            TIDEWATCH_CHANGEFEED_ID         | a/../b            | at most 128 letters and digits, with single hyphens between them
            TIDEWATCH_CHANGEFEED_STALLED_AFTER | 60             | a duration from 1s to 8760h, such as 30s, 15m or 12h
            TIDEWATCH_CONSUMER_STALLED_AFTER | 60               | a duration from 1s to 8760h, such as 30s, 15m or 12h
            TIDEWATCH_USER_EVENTS_TOPIC     | user events       | NAME OF A TOPIC
            TIDEWATCH_USER_EVENTS_TOPIC     | ..                | NAME OF A TOPIC
            TIDEWATCH_DATABASE_CHANGES_TOPIC | user-events      | ANOTHER TOPIC
            TIDEWATCH_DATABASE_CHANGES_TOPIC | user-events.dlq  | ANOTHER TOPIC
            TIDEWATCH_TOPIC_PARTITIONS      | 0                 | a whole number from 1 to 10000
            TIDEWATCH_TOPIC_REPLICATION     | 40000             | a whole number
            TIDEWATCH_TOPIC_REPLICATION     | -1                | a whole number from 1 to 100
            TIDEWATCH_TOPIC_RETENTION       | 604800            | a duration from 1h to 876000h, such as 30s, 15m or 12h
            TIDEWATCH_DEAD_LETTER_RETENTION | 2 weeks           | a duration, such as 30s, 15m or 12h
            TIDEWATCH_TOKEN_TIME_TO_LIVE    | 3600              | a duration from 1m to 8760h, such as 30s, 15m or 12h
            TIDEWATCH_DEAD_LETTER_REPLAYS   | -1                | a whole number from 0 to 1000
            TIDEWATCH_LIVE_EVENTS           | 0                 | a whole number from 1 to 10000000
            TIDEWATCH_LIVE_CLIENTS          | -1                | a whole number from 0 to 100000
            TIDEWATCH_CORS_ORIGINS          | page.example      | a list of origins, such as https://tidewatch.example
            TIDEWATCH_ROLES                 | ','               | api, events or api,events
            TIDEWATCH_LOG_SCHEMA_STATEMENTS | maybe             | true or false
            PORT                            | 80800             | a whole number from 0 to 65535
            MANAGEMENT_PORT                 | -2                | a whole number from -1 to 65535
            """)
    void rejectsAnythingElseInOneLine(String variable, String value, String expected) {
        assertThatThrownBy(() -> start(variable, value)).isInstanceOf(UnusableSettingException.class)
                .message().hasLineCount(1).startsWith(variable + " is \"")
                .endsWith("\"; it must be " + EXPECTED.getOrDefault(expected, expected) + ".");
    }

    @Test
    void limitsTheLengthOfNames() {
        start("TIDEWATCH_USER_EVENTS_TOPIC", "a".repeat(245));
        start("TIDEWATCH_CHANGEFEED_ID", "a".repeat(128));
        start("TIDB_DATABASE", "my-database.\u65e5".repeat(4));
        for (Map.Entry<String, Integer> longest : Map.of("TIDEWATCH_USER_EVENTS_TOPIC", 245, "TIDEWATCH_CHANGEFEED_ID", 128,
                "TIDB_DATABASE", 64, "TIDB_USER", 32).entrySet()) {
            assertThatThrownBy(() -> start(longest.getKey(), "a".repeat(longest.getValue() + 1))).hasMessageStartingWith(longest.getKey());
        }
    }

    /** Does what a start does with the settings. */
    private void start(String variable, String value) {
        environment.getPropertySources().remove("given");
        environment.getPropertySources().addFirst(new MapPropertySource("given", Map.of(variable, value)));
        GenericApplicationContext context = new GenericApplicationContext();
        context.setEnvironment(environment);
        new Settings().initialize(context);
        ClassPathScanningCandidateComponentProvider records = new ClassPathScanningCandidateComponentProvider(false);
        records.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        List<String> names = records.findCandidateComponents("dev.tidewatch").stream().map(bean -> bean.getBeanClassName()).toList();
        assertThat(names).hasSizeGreaterThan(10).allSatisfy(this::bind);
    }

    private Object bind(String type) throws ClassNotFoundException {
        return SettingBinder.bind(environment, Class.forName(type));
    }
}

package dev.tidewatch.http;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.Groups;
import dev.tidewatch.support.Routes;
import dev.tidewatch.support.Topic;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Headers and query parameters that control Camel components (such as CVE-2026-49098) have no effect in requests. */
@Tag("sql")
class HeaderInjectionIT extends ApplicationTest {

    @Autowired
    private CamelContext camel;

    @ParameterizedTest
    @ValueSource(strings = {
        "kafka.OVERRIDE_TOPIC", "kafka.KEY", "kafka.PARTITION_KEY", "kafka.OVERRIDE_TIMESTAMP",
        "CamelSqlQuery", "cAmelSqlQuery", "CamelSqlParameters", "CamelHttpUri", "CamelHttpPath", "CamelHttpMethod", "CamelFileName",
        "CamelBeanMethodName", "CamelHttpResponseCode", "CamelKafkaTopic", "breadcrumbId", "Cookie", "X-Anything"})
    void ignoresControlHeadersAndParameters(String name) throws Exception {
        String agent = "injection/" + name;
        HttpResponse<String> byHeader = api.post("/api/login", api.credentials("admin", "admin123"), "User-Agent", agent, name, "7777");
        HttpResponse<String> byParameter = api.post("/api/login?" + name + "=7777", api.credentials("admin", "admin123"),
                "User-Agent", agent);

        for (HttpResponse<String> response : new HttpResponse[] {byHeader, byParameter}) {
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(api.body(response).path("username").asText()).isEqualTo("admin");
            assertThat(response.headers().map().values().toString()).doesNotContain("7777").doesNotContain(agent);
        }
        log.await(2, where("source", "kafka-user-events").and(line -> line.path("userId").asLong() == 1));
        try (Topic topic = new Topic(brokers, "user-events")) {
            ConsumerRecord<byte[], byte[]> record = topic.await(r -> Topic.text(r).contains(agent));
            assertThat(record.headers()).isEmpty();
            assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("1");
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            assertThat(admin.listTopics().names().get()).doesNotContain("7777");
        }
    }

    @Test
    void userRouteToKafkaStripsClientHeaders() throws Exception {
        try (Groups groups = new Groups(brokers)) {
            groups.createTopic("hook-events", 1);
        }
        try (Routes hook = Routes.start(camel, "hook", """
                - route:
                    id: hook
                    from:
                      uri: platform-http:/hook
                      steps:
                        - convertBodyTo: {type: "byte[]"}
                        - to: kafka:hook-events
                """); Topic topic = new Topic(brokers, "hook-events")) {
            for (String name : List.of("kafka.OVERRIDE_TOPIC", "kafka.KEY", "kafka.PARTITION_KEY", "kafka.OVERRIDE_TIMESTAMP",
                "CamelKafkaTopic",
                    "X-Anything", "Authorization", "Cookie")) {
                api.post("/hook", "by header", name, "7777");
                api.post("/hook?" + name + "=7777", "by parameter");
            }

            topic.await(record -> record.offset() == 15);
            assertThat(topic.all()).hasSize(16).allSatisfy(record -> {
                assertThat(record.key()).isNull();
                assertThat(record.timestamp()).isGreaterThan(7777);
                assertThat(record.headers()).noneMatch(header -> "7777".equals(Topic.header(record, header.key())));
            });
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            assertThat(admin.listTopics().names().get()).doesNotContain("7777");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"java.io.Reader", "String", "byte[]"})
    void userRouteAnswersWithTheBodyOfTheRequest(String type) throws Exception {
        String text = "\"gr\u00FC\u00DFe \uD83D\uDD12\"";
        try (Routes echo = Routes.start(camel, "echo", """
                - route:
                    id: echo
                    from:
                      uri: platform-http:/echo
                      steps:
                        - convertBodyTo: {type: "%s"}
                """.formatted(type))) {
            assertThat(api.post("/echo", text).body()).isEqualTo(text);
        }
    }
}

package dev.tidewatch.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.embedded.EmbeddedStack;
import dev.tidewatch.kafka.Topics;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.EventStream;
import dev.tidewatch.support.EventStream.Event;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.util.FileSystemUtils;

/** Live events and history while topics lose their records. */
@DirtiesContext
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RecreatedTopicsIT extends ApplicationTest {

    @Autowired
    private Topics topics;

    @Autowired
    private ObjectProvider<EmbeddedStack> stack;

    @Value("${tidewatch.embedded.directory}")
    private Path directory;

    @Test
    @Order(1)
    void bug08ContinuesWithARecreatedTopic() throws Exception {
        continuesAfter(() -> {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
                admin.deleteTopics(List.of("user-events")).all().get();
                await().until(() -> {
                    topics.create();
                    return admin.listTopics().names().get().contains("user-events");
                });
            }
        });
    }

    @Test
    @Order(2)
    void bug08ContinuesAfterABrokerHasLostItsVolume() throws Exception {
        assumeTrue(stack.getIfAvailable() != null);
        continuesAfter(() -> {
            stack.getObject().broker().stop();
            FileSystemUtils.deleteRecursively(directory.resolve("broker"));
            stack.getObject().broker().start();
        });
    }

    private interface Loss {

        void happen() throws Exception;
    }

    private void continuesAfter(Loss loss) throws Exception {
        String token = api.token();
        try (EventStream stream = EventStream.open(api, token)) {
            for (int i = 0; i < 5; i++) {
                failLogin("before-" + i, stream);
            }
            await().until(() -> failures(token) >= 5);
            long before = failures(token);

            loss.happen();

            Event after = failLogin("after", stream);
            List<Event> events = stream.events();
            assertThat(events.subList(0, events.indexOf(after))).extracting(Event::name).contains("reset");
            await().until(() -> failures(token) == before + 1);
            String name = failLogin("later", stream).data().path("username").asText();
            assertThat(stream.events(event -> event.has("/username", name))).hasSize(1);
            // The other topic may be recognised as recreated a moment later.
            await().untilAsserted(() -> continuesAt(failLogin("position", stream), token, stream));
        }
    }

    private void continuesAt(Event position, String token, EventStream stream) {
        String name = failLogin("missed", stream).data().path("username").asText();
        try (EventStream resumed = EventStream.resume(api, token, position.id())) {
            assertThat(resumed.events().get(0).name()).isEqualTo("ready");
            resumed.await(event -> event.has("/username", name));
        }
    }

    private Event failLogin(String prefix, EventStream stream) {
        String name = prefix + '-' + Long.toString(System.nanoTime(), 36);
        api.login(name, "wrong");
        return stream.await(event -> event.has("/event", "LOGIN_FAILURE") && event.has("/username", name));
    }

    /** The failed logins of the last hour, as far as they are known. */
    private long failures(String token) {
        long failures = 0;
        for (JsonNode minute : api.body(api.get("/api/history", Api.bearer(token))).path("minutes")) {
            failures += minute.path("failures").asLong();
        }
        return failures;
    }
}

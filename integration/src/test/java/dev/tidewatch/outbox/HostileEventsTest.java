package dev.tidewatch.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.support.Hostile;
import dev.tidewatch.support.Watchdog;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import org.springframework.http.converter.json.Jackson2ObjectMapperBuilder;

/**
 * The decoder answers any record with an event that can be serialised or with an {@link UnreadableEventException}, within bounded time and
 * memory.
 * {@code -Djqwik.tries.default=1000000} tries more records than a build.
 */
class HostileEventsTest {

    private static final Watchdog WATCHDOG = new Watchdog();

    private final ObjectMapper json = Jackson2ObjectMapperBuilder.json().build();
    private final UserEventDecoder decoder = new UserEventDecoder(json);

    @Property(seed = "1", shrinking = ShrinkingMode.OFF)
    void decodesOrRejectsAnyRecord(@ForAll("records") byte[] record) {
        WATCHDOG.read(record, () -> {
            try {
                UserEvent event = decoder.decode(record);
                return List.of(json.writeValueAsBytes(event), String.valueOf(event.key()));
            } catch (UnreadableEventException e) {
                assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(300);
                return e;
            }
        });
    }

    /** Most records take a faster way than Jackson's data binding. */
    @Property(seed = "2", shrinking = ShrinkingMode.OFF)
    void decodesAsJacksonDoes(@ForAll("records") byte[] record) {
        UserEvent expected = bound(record);
        UserEvent decoded = null;
        try {
            decoded = decoder.decode(record);
        } catch (UnreadableEventException e) {
            assertThat(expected == null || expected.eventId() == null || expected.action() == null || expected.timestamp() == null
                    || !expected.eventId().matches("[!-~]{1,36}")).as(e.getMessage()).isTrue();
            return;
        }
        assertThat(decoded).isEqualTo(expected.wellFormed());
    }

    private UserEvent bound(byte[] record) {
        try {
            return json.readerFor(UserEvent.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).readValue(record);
        } catch (IOException | RuntimeException notAnEvent) {
            return null;
        }
    }

    @Provide
    Arbitrary<byte[]> records() {
        List<JsonNode> good = new ArrayList<>();
        for (UserEvent.Action action : UserEvent.Action.values()) {
            good.add(json.valueToTree(new UserEvent("01a1fd52-fe80-7a3e-9941-1630f9fc5881", Instant.EPOCH, action, 1L, "admin", "127.0.0.1",
                    "agent", UserEvent.Reason.bad_credentials)));
        }
        return Hostile.variantsOf(good);
    }

    @AfterContainer
    static void close() {
        WATCHDOG.close();
    }
}

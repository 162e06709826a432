package dev.tidewatch.changes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.support.Hostile;
import dev.tidewatch.support.Watchdog;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * The decoder turns a hostile message into a change that can be written or an {@link UnreadableChangeException}, within limits of time and
 * memory. {@code -Djqwik.tries.default=1000000} runs more tries than a build. {@link MutatedMessagesTest} covers accidental damage.
 */
class HostileMessagesTest {

    private static final Watchdog WATCHDOG = new Watchdog();

    private final CanalJsonDecoder decoder = new CanalJsonDecoder();
    private final ColumnMask mask = new ColumnMask();

    @Property(seed = "1", shrinking = ShrinkingMode.OFF)
    void decodesOrRejectsHostileMessages(@ForAll("messages") byte[] message) {
        WATCHDOG.read(message, () -> {
            try {
                ChangeMessage change = decoder.decode(message);
                if (change instanceof RowChange row) {
                    return Lines.write(mask.mask(row).fields()).getBytes(StandardCharsets.UTF_8);
                }
                return change instanceof SchemaChange schema ? Lines.write(schema.fields(true)) : change.toString();
            } catch (UnreadableChangeException e) {
                assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(300);
                return e;
            }
        });
    }

    @Provide
    Arbitrary<byte[]> messages() {
        List<JsonNode> real = RealMessages.CANAL_JSON_CORPORA.stream().flatMap(corpus -> RealMessages.corpus(corpus).stream())
                .map(RealMessages::tree).toList();
        return Hostile.variantsOf(real);
    }

    @AfterContainer
    static void close() {
        WATCHDOG.close();
    }
}

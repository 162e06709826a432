package dev.tidewatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.springframework.http.converter.json.Jackson2ObjectMapperBuilder;

class JsonConfigurationTest {

    @Test
    void writesTimesWithMillisecondsAndReadsThemBack() throws Exception {
        Jackson2ObjectMapperBuilder builder = new Jackson2ObjectMapperBuilder();
        new JsonConfiguration().timesInMilliseconds().customize(builder);
        ObjectMapper json = builder.build();

        assertThat(json.writeValueAsString(Instant.parse("2026-01-01T10:30:00Z"))).isEqualTo("\"2026-01-01T10:30:00.000Z\"");
        assertThat(json.readValue("\"2026-01-01T10:30:00.120Z\"", Instant.class)).isEqualTo(Instant.parse("2026-01-01T10:30:00.12Z"));
    }
}

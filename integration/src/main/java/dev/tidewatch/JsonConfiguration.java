package dev.tidewatch;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;
import java.time.Instant;
import org.springframework.boot.autoconfigure.jackson.Jackson2ObjectMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The JSON format of the application. */
@Configuration(proxyBeanMethods = false)
public class JsonConfiguration {

    /** Writes times with milliseconds, also if they are zero, so that they sort as text. */
    @Bean
    Jackson2ObjectMapperBuilderCustomizer timesInMilliseconds() {
        return json -> json.serializerByType(Instant.class, new JsonSerializer<Instant>() {
            @Override
            public void serialize(Instant time, JsonGenerator generator, SerializerProvider provider) throws IOException {
                generator.writeString(Times.text(time));
            }
        });
    }
}

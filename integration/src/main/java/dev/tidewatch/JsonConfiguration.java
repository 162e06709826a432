package dev.tidewatch;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;
import java.time.Instant;
import org.springframework.boot.autoconfigure.jackson.Jackson2ObjectMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How the application writes JSON. */
@Configuration(proxyBeanMethods = false)
public class JsonConfiguration {

    /** Times have three digits below the second, also when they are zeros, so that they sort as text. */
    @Bean
    Jackson2ObjectMapperBuilderCustomizer timesInMilliseconds() {
        return json -> json.serializerByType(Instant.class, new JsonSerializer<Instant>() {
            @Override
            public void serialize(Instant time, JsonGenerator generator, SerializerProvider provider) throws IOException {
                generator.writeString(Times.MILLISECONDS.format(time));
            }
        });
    }
}

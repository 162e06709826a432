package dev.tidewatch.consumer;

import dev.tidewatch.changes.CanalJsonDecoder;
import dev.tidewatch.changes.ColumnMask;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The beans of {@code changes} that the consumers of row changes use. */
@Configuration(proxyBeanMethods = false)
public class ChangesConfiguration {

    @Bean
    CanalJsonDecoder canalJsonDecoder() {
        return new CanalJsonDecoder();
    }

    @Bean
    ColumnMask columnMask(ChangesProperties settings) {
        return new ColumnMask(settings.maskedColumns());
    }
}

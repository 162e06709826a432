package dev.tidewatch.consumer;

import dev.tidewatch.changes.CanalJsonDecoder;
import dev.tidewatch.changes.ColumnMask;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the consumers of row changes need of {@code changes}. */
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

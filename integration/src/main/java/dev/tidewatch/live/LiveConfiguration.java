package dev.tidewatch.live;

import dev.tidewatch.history.LastHour;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.apache.camel.ProducerTemplate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Serves the events on an instance that has the HTTP surface. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "roles.api", havingValue = "true")
class LiveConfiguration {

    @Bean
    LiveController liveController(ProducerTemplate camel, LiveStreams streams) {
        return new LiveController(camel, streams);
    }

    @Bean
    MeterBinder outboxWaiting(LastHour lastHour) {
        return meters -> Gauge.builder("tidewatch.outbox.waiting", lastHour::waiting)
                .description("Events that waited in the outbox when they were counted last")
                .register(meters);
    }

    /** Camel's own mapping has the path, too, because the contract has it, and is asked before Spring's. */
    @Bean
    RequestMappingHandlerMapping liveMapping() {
        RequestMappingHandlerMapping mapping = new RequestMappingHandlerMapping() {
            @Override
            protected boolean isHandler(Class<?> beanType) {
                return LiveController.class.equals(beanType);
            }
        };
        mapping.setOrder(-2);
        return mapping;
    }
}

package dev.tidewatch.live;

import dev.tidewatch.history.LastHour;
import dev.tidewatch.kafka.Brokers;
import java.time.Clock;
import org.apache.camel.ProducerTemplate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** The beans of the event stream. */
@Configuration(proxyBeanMethods = false)
class LiveConfiguration {

    @Bean
    LastHour lastHour(LiveBuffer buffer, Brokers brokers) {
        return new LastHour(buffer::isReady, brokers::seen, Clock.systemUTC());
    }

    @Bean
    @ConditionalOnProperty(name = "roles.api", havingValue = "true")
    LiveController liveController(ProducerTemplate camel, LiveClients clients) {
        return new LiveController(camel, clients);
    }

    /** The path is also in Camel's mapping, because it is in the contract; this mapping comes first. */
    @Bean
    @ConditionalOnProperty(name = "roles.api", havingValue = "true")
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

package dev.tidewatch.kafka;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Route;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConsumer;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.CamelContextStoppingEvent;
import org.apache.camel.support.SimpleEventNotifierSupport;
import org.apache.camel.support.service.ServiceHelper;
import org.springframework.stereotype.Component;

/**
 * Stops all Kafka consumers at the same time when the application stops. Camel itself stops them one after another, and each waits for its
 * poll to be handled and for its group to answer, so that many routes together outlast Camel's shutdown timeout.
 */
@Component
class ConcurrentConsumerStop extends SimpleEventNotifierSupport {

    ConcurrentConsumerStop() {
        setIgnoreCamelContextEvents(false);
    }

    @Override
    public boolean isEnabled(CamelEvent event) {
        return event.getType() == CamelEvent.Type.CamelContextStopping;
    }

    @Override
    public void notify(CamelEvent event) throws InterruptedException {
        CamelContext camel = ((CamelContextStoppingEvent) event).getContext();
        List<Consumer> consumers = camel.getRoutes().stream().map(Route::getConsumer).filter(KafkaConsumer.class::isInstance).toList();
        if (consumers.isEmpty()) {
            return;
        }
        ExecutorService threads = Executors.newFixedThreadPool(consumers.size());
        consumers.forEach(consumer -> threads.execute(() -> ServiceHelper.stopService(consumer)));
        threads.shutdown();
        // A consumer that needs longer is left to Camel, which interrupts it.
        threads.awaitTermination(camel.getComponent("kafka", KafkaComponent.class).getConfiguration()
                .getShutdownTimeout(), TimeUnit.MILLISECONDS);
    }
}

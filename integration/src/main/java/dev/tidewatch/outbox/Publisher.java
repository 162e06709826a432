package dev.tidewatch.outbox;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Publishes batches of events, each within the publish timeout and in order. With Camel's own producer every record of a batch may wait
 * for its topic's metadata anew, and each fails by itself, so that Kafka may take an event when it did not take the one before.
 */
@Component("publisher")
public class Publisher implements DisposableBean {

    private final CamelContext camel;
    private final Duration timeout;
    private volatile Producer<byte[], byte[]> producer;

    Publisher(CamelContext camel, @Value("${outbox.publish-timeout}") Duration timeout) {
        this.camel = camel;
        this.timeout = timeout;
    }

    /**
     * Publishes events, and waits until Kafka has acknowledged all of them, for the publish timeout at most. If it has not, none of them
     * is under way any more, and those that Kafka has are the first ones of their partitions.
     *
     * @param events rows of {@code read-outbox.sql}
     * @throws ExecutionException when Kafka refuses an event
     * @throws TimeoutException   when it does not answer in time
     */
    public void publish(@Body List<Map<String, Object>> events) throws ExecutionException, InterruptedException, TimeoutException {
        long begin = System.nanoTime();
        Producer<byte[], byte[]> open = producer();
        CompletableFuture<Void> published = new CompletableFuture<>();
        AtomicInteger missing = new AtomicInteger(events.size());
        try {
            for (Map<String, Object> event : events) {
                // The call below may block for the other half.
                if (published.isDone() || since(begin).compareTo(timeout.dividedBy(2)) > 0) {
                    break;
                }
                open.send(record(event), (metadata, failure) -> {
                    if (failure != null) {
                        published.completeExceptionally(failure);
                        // In the producer's own thread, so that nothing is sent between the failure and the end.
                        open.close(Duration.ZERO);
                    } else if (missing.decrementAndGet() == 0) {
                        published.complete(null);
                    }
                });
            }
            published.get(timeout.minus(since(begin)).toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | InterruptedException | TimeoutException | RuntimeException e) {
            producer = null;
            open.close(Duration.ZERO);
            throw e;
        }
    }

    private static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static ProducerRecord<byte[], byte[]> record(Map<String, Object> event) {
        return new ProducerRecord<>((String) event.get("topic"), bytes(event.get("eventKey")), bytes(event.get("payload")));
    }

    private static byte[] bytes(Object text) {
        return ((String) text).getBytes(StandardCharsets.UTF_8);
    }

    private Producer<byte[], byte[]> producer() {
        if (producer == null) {
            KafkaConfiguration configuration = camel.getComponent("kafka", KafkaComponent.class).getConfiguration();
            Properties properties = configuration.createProducerProperties();
            properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, configuration.getBrokers());
            properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) timeout.toMillis() / 2);
            properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) timeout.toMillis() / 2);
            // A producer's first requests have no order for a broker; in turn they do.
            properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
            // No event expires by itself: the batch does, as a whole.
            properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) timeout.toMillis() * 2);
            producer = new KafkaProducer<>(properties);
        }
        return producer;
    }

    @Override
    public void destroy() {
        if (producer != null) {
            producer.close(timeout);
        }
    }
}

package dev.tidewatch.outbox;

import dev.tidewatch.kafka.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Body;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Publishes batches of events, in order and within the publish timeout. Camel's own producer does not fit: each record of a batch may wait
 * for the metadata of its topic, and each fails on its own, so Kafka may accept an event after it rejected the one before.
 */
@Component("publisher")
public class Publisher implements DisposableBean {

    private final KafkaClients clients;
    private final Duration timeout;
    private volatile Producer<byte[], byte[]> producer;

    Publisher(KafkaClients clients, OutboxProperties settings) {
        this.clients = clients;
        this.timeout = settings.publishTimeout();
    }

    /**
     * Publishes events and waits until Kafka has acknowledged all of them, at most for the publish timeout. After a failure no event is
     * in flight, and the events that Kafka has accepted are the first ones of their partitions.
     *
     * @param events rows of {@code read-outbox.sql}
     * @throws ExecutionException if Kafka rejects an event
     * @throws TimeoutException   if Kafka does not answer in time
     */
    public void publish(@Body List<Map<String, Object>> events) throws ExecutionException, InterruptedException, TimeoutException {
        long begin = System.nanoTime();
        Producer<byte[], byte[]> open = producer();
        CompletableFuture<Void> published = new CompletableFuture<>();
        AtomicInteger missing = new AtomicInteger(events.size());
        try {
            for (Map<String, Object> event : events) {
                // The call below may block for the other half of the timeout.
                if (published.isDone() || since(begin).compareTo(timeout.dividedBy(2)) > 0) {
                    break;
                }
                open.send(record(event), (metadata, failure) -> {
                    if (failure != null) {
                        published.completeExceptionally(failure);
                        // On the producer's thread: it sends nothing between the failure and the close.
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
            int millis = (int) timeout.toMillis();
            producer = clients.newProducer(Map.of(
                    ProducerConfig.MAX_BLOCK_MS_CONFIG, millis / 2,
                    ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis / 2,
                    // The broker cannot order the first in-flight requests of a new producer.
                    ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1,
                    // The batch times out as a whole, never a single event.
                    ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis * 2));
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

package dev.tidewatch.deadletters;

import dev.tidewatch.consumer.ConsumedRecord;
import dev.tidewatch.consumer.FailureReason;
import dev.tidewatch.consumer.Polls;
import dev.tidewatch.kafka.KafkaClients;
import dev.tidewatch.kafka.RecordOrigin;
import dev.tidewatch.kafka.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.springframework.stereotype.Component;

/**
 * Publishes records to the dead-letter topic of their topic, with key, value and headers unchanged.
 * Camel's Kafka producer cannot do this: it takes headers from a map, which loses those that occur twice, are null or begin with
 * {@code Camel}.
 */
@Component("deadLetters")
public class DeadLetterPublisher {

    private final KafkaClients kafka;

    public DeadLetterPublisher(KafkaClients kafka) {
        this.kafka = kafka;
    }

    /**
     * Publishes the record of a failed exchange, and waits for the acknowledgement. Adds the headers {@code dead-letter.route},
     * {@code .group}, {@code .topic}, {@code .partition}, {@code .offset}, {@code .exception}, {@code .message} and {@code .time}
     * (ISO 8601, milliseconds), all of them UTF-8 text.
     *
     * @throws ExecutionException when Kafka rejects the record
     */
    public void publish(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure,
            @ExchangeProperty(Polls.RECORD) ConsumedRecord record) throws ExecutionException, InterruptedException {
        RecordOrigin origin = record.origin();
        ProducerRecord<byte[], byte[]> deadLetter =
                new ProducerRecord<>(Topics.deadLetterTopic(origin.topic()), null, record.key(), record.value(), record.headers());
        add(deadLetter, "route", record.routeId());
        add(deadLetter, "group", record.groupId());
        add(deadLetter, "topic", origin.topic());
        add(deadLetter, "partition", String.valueOf(origin.partition()));
        add(deadLetter, "offset", String.valueOf(origin.offset()));
        add(deadLetter, "exception", failure.getClass().getName());
        add(deadLetter, "message", FailureReason.of(failure));
        add(deadLetter, "time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        kafka.producer().send(deadLetter).get();
    }

    /**
     * Fails an exchange with the reason that its route gives.
     *
     * @throws IllegalStateException when the route does not begin with a source of events
     */
    public void reject(Exchange exchange, @Variable("reason") String reason) {
        if (exchange.getProperty(Polls.RECORD) == null) {
            throw new IllegalStateException(
                    "dead-letter-action works only in a route that begins with user-events-source or database-changes-source");
        }
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new RejectedEventException(reason));
    }

    private static void add(ProducerRecord<byte[], byte[]> deadLetter, String name, String value) {
        deadLetter.headers().remove("dead-letter." + name).add("dead-letter." + name, value.getBytes(StandardCharsets.UTF_8));
    }
}

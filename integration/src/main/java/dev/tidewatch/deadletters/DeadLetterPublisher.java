package dev.tidewatch.deadletters;

import dev.tidewatch.consumer.ConsumedRecord;
import dev.tidewatch.kafka.KafkaClients;
import dev.tidewatch.consumer.Polls;
import dev.tidewatch.kafka.RecordOrigin;
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
 * Sends records that cannot be read to the dead-letter topic of their topic, as they came.
 * Camel's own producer takes headers from a map, in which a header that stands twice, is null or begins with {@code Camel} is lost.
 */
@Component("deadLetters")
public class DeadLetterPublisher {

    private final KafkaClients kafka;

    public DeadLetterPublisher(KafkaClients kafka) {
        this.kafka = kafka;
    }

    /** The dead-letter topic of a topic. */
    public static String topicOf(String topic) {
        return topic + ".dlq";
    }

    /**
     * Publishes a record that an exchange could not handle, and waits until Kafka has it. Key, value and headers stay as they are; added
     * are the headers {@code dead-letter.route}, {@code .group}, {@code .topic}, {@code .partition}, {@code .offset}, {@code .exception},
     * {@code .message} and {@code .time} (ISO 8601, milliseconds), all text in UTF-8.
     *
     * @throws ExecutionException when Kafka does not take it
     */
    public void publish(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure,
            @ExchangeProperty(Polls.RECORD) ConsumedRecord record) throws ExecutionException, InterruptedException {
        RecordOrigin origin = record.origin();
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>(topicOf(origin.topic()), null, record.key(), record.value(), record.headers());
        add(letter, "route", record.routeId());
        add(letter, "group", record.groupId());
        add(letter, "topic", origin.topic());
        add(letter, "partition", String.valueOf(origin.partition()));
        add(letter, "offset", String.valueOf(origin.offset()));
        add(letter, "exception", failure.getClass().getName());
        add(letter, "message", reason(failure));
        add(letter, "time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        kafka.producer().send(letter).get();
    }

    /**
     * Makes the reason that a route gave the failure of its exchange.
     *
     * @throws IllegalStateException when the exchange has no record
     */
    public void reject(Exchange exchange, @Variable("reason") String reason) {
        if (exchange.getProperty(Polls.RECORD) == null) {
            throw new IllegalStateException(
                    "dead-letter-action needs a route that begins with user-events-source or database-changes-source");
        }
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new RejectedEventException(reason));
    }

    /** What is wrong with a record, in a sentence that holds nothing of it; of an exception that nobody foresaw, its class. */
    public static String reason(Exception failure) {
        boolean ours = failure.getClass().getName().startsWith("dev.tidewatch.");
        return ours ? failure.getMessage() : "failed with " + failure.getClass().getName();
    }

    private static void add(ProducerRecord<byte[], byte[]> letter, String name, String value) {
        letter.headers().remove("dead-letter." + name).add("dead-letter." + name, value.getBytes(StandardCharsets.UTF_8));
    }
}

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
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.springframework.stereotype.Component;

/**
 * Publishes records to the dead-letter topic of their topic, with key, value and headers unchanged unless they are too large.
 * Camel's Kafka producer cannot do this: it takes headers from a map, which loses those that occur twice, are null or begin with
 * {@code Camel}.
 */
@Component("deadLetters")
public class DeadLetterPublisher {

    private final KafkaClients kafka;
    private final Topics topics;

    public DeadLetterPublisher(KafkaClients kafka, Topics topics) {
        this.kafka = kafka;
        this.topics = topics;
    }

    /**
     * Publishes the record of a failed exchange, and waits for the acknowledgement. Adds the headers {@code dead-letter.route},
     * {@code .group}, {@code .topic}, {@code .partition}, {@code .offset}, {@code .exception}, {@code .message} and {@code .time}
     * (ISO 8601, milliseconds), all of them UTF-8 text. If the dead letter is too large, it is published without the value, then also
     * without the key and the other headers; {@code dead-letter.omitted} and {@code .value-size} (bytes) say so, and also if the value is
     * withheld.
     *
     * @throws ExecutionException when Kafka rejects the record
     */
    public void publish(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure,
            @ExchangeProperty(Polls.RECORD) ConsumedRecord record) throws ExecutionException, InterruptedException {
        try {
            send(deadLetter(failure, record, record.isValueWithheld() ? Set.of(DeadLetter.Part.VALUE) : Set.of()));
        } catch (ExecutionException whole) {
            requireTooLarge(whole);
            try {
                send(deadLetter(failure, record, Set.of(DeadLetter.Part.VALUE)));
            } catch (ExecutionException withoutValue) {
                requireTooLarge(withoutValue);
                send(deadLetter(failure, record, EnumSet.allOf(DeadLetter.Part.class)));
            }
        }
    }

    private static void requireTooLarge(ExecutionException failure) throws ExecutionException {
        if (!(failure.getCause() instanceof RecordTooLargeException)) {
            throw failure;
        }
    }

    private void send(ProducerRecord<byte[], byte[]> deadLetter) throws ExecutionException, InterruptedException {
        try {
            kafka.producer().send(deadLetter).get();
        } catch (UnknownTopicOrPartitionException e) {
            // The route that reads the topic has just been loaded.
            topics.createDeadLetterTopic(Topics.originOf(deadLetter.topic()));
            kafka.producer().send(deadLetter).get();
        }
    }

    private static ProducerRecord<byte[], byte[]> deadLetter(Exception failure, ConsumedRecord record, Set<DeadLetter.Part> omitted) {
        RecordOrigin origin = record.origin();
        ProducerRecord<byte[], byte[]> deadLetter = new ProducerRecord<>(Topics.deadLetterTopic(origin.topic()), null,
                omitted.contains(DeadLetter.Part.KEY) ? null : record.key(),
                omitted.contains(DeadLetter.Part.VALUE) ? null : record.value(),
                omitted.contains(DeadLetter.Part.HEADERS) ? new RecordHeaders() : record.headers());
        add(deadLetter, "route", record.routeId());
        add(deadLetter, "group", record.groupId());
        add(deadLetter, "topic", origin.topic());
        add(deadLetter, "partition", String.valueOf(origin.partition()));
        add(deadLetter, "offset", String.valueOf(origin.offset()));
        add(deadLetter, "exception", failure.getClass().getName());
        add(deadLetter, "message", DeadLetter.beginning(String.valueOf(FailureReason.of(failure)), DeadLetter.MAX_TEXT_LENGTH));
        add(deadLetter, "time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        deadLetter.headers().remove(DeadLetter.HEADERS + DeadLetter.OMITTED).remove(DeadLetter.HEADERS + DeadLetter.VALUE_SIZE);
        if (!omitted.isEmpty()) {
            add(deadLetter, DeadLetter.OMITTED, DeadLetter.Part.text(omitted));
            add(deadLetter, DeadLetter.VALUE_SIZE, String.valueOf(record.valueSize()));
        }
        return deadLetter;
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
        deadLetter.headers().remove(DeadLetter.HEADERS + name).add(DeadLetter.HEADERS + name, value.getBytes(StandardCharsets.UTF_8));
    }
}

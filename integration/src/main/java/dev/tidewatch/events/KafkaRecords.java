package dev.tidewatch.events;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.springframework.stereotype.Component;

/** The one place that knows what Camel calls the coordinates of a Kafka record; later Camel lines rename them. */
@Component("kafkaRecords")
public class KafkaRecords {

    private static final String DEAD_LETTER = "dead-letter.";

    /** Topic, partition and offset of the record of an exchange. */
    public RecordOrigin origin(Exchange exchange) {
        Message message = exchange.getMessage();
        return new RecordOrigin(message.getHeader(KafkaConstants.TOPIC, String.class),
                message.getHeader(KafkaConstants.PARTITION, Integer.class),
                message.getHeader(KafkaConstants.OFFSET, Long.class));
    }

    /** Whether the record is the last one of its partition in this poll. */
    public boolean isLastOfPoll(Exchange exchange) {
        return exchange.getMessage().getHeader(KafkaConstants.LAST_RECORD_BEFORE_COMMIT, false, Boolean.class);
    }

    /**
     * Addresses the record to the dead-letter topic of its topic, with the headers
     * {@code dead-letter.route}, {@code .topic}, {@code .partition}, {@code .offset}, {@code .exception}, {@code .message} and
     * {@code .time} (ISO 8601), all text in UTF-8. Key, value and the headers that it came with stay as they are.
     */
    public void toDeadLetter(Exchange exchange) {
        Message message = exchange.getMessage();
        RecordOrigin origin = origin(exchange);
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        message.setHeader(KafkaConstants.OVERRIDE_TOPIC, origin.topic() + ".dlq");
        header(message, "route", exchange.getProperty(Exchange.FAILURE_ROUTE_ID, String.class));
        header(message, "topic", origin.topic());
        header(message, "partition", String.valueOf(origin.partition()));
        header(message, "offset", String.valueOf(origin.offset()));
        header(message, "exception", failure.getClass().getName());
        header(message, "message", failure.getMessage());
        header(message, "time", Instant.now().toString());
    }

    private static void header(Message message, String name, String value) {
        message.setHeader(DEAD_LETTER + name, value.getBytes(StandardCharsets.UTF_8));
    }
}

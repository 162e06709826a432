package dev.tidewatch.events;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.springframework.stereotype.Component;

/** The one place that knows what Camel calls the coordinates of a Kafka record; later Camel lines rename them. */
@Component("kafkaRecords")
public class KafkaRecords {

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
}

package dev.tidewatch.audit;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidewatch.Times;
import java.io.IOException;
import java.time.Instant;
import net.logstash.logback.composite.AbstractFieldJsonProvider;

/** The field {@code timestamp}. The lines of a poll have few different ones. Public, because Logback instantiates it by name. */
public class LineTime extends AbstractFieldJsonProvider<ILoggingEvent> {

    private volatile Text last = new Text(0, Times.text(Instant.EPOCH));

    private record Text(long millis, String text) {
    }

    public LineTime() {
        setFieldName("timestamp");
    }

    @Override
    public void writeTo(JsonGenerator generator, ILoggingEvent event) throws IOException {
        Text text = last;
        long millis = event.getTimeStamp();
        if (text.millis != millis) {
            text = new Text(millis, Times.text(Instant.ofEpochMilli(millis)));
            last = text;
        }
        generator.writeStringField(getFieldName(), text.text);
    }
}

package dev.tidewatch.audit;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import net.logstash.logback.composite.AbstractFieldJsonProvider;

/**
 * The field {@code service}. The encoder's provider of constant fields makes Logback warn at each start. Public, because Logback
 * instantiates it by name.
 */
public class LineService extends AbstractFieldJsonProvider<ILoggingEvent> {

    private static final String SERVICE = "tidewatch";

    public LineService() {
        setFieldName("service");
    }

    @Override
    public void writeTo(JsonGenerator generator, ILoggingEvent event) throws IOException {
        generator.writeStringField(getFieldName(), SERVICE);
    }
}

package dev.tidewatch.audit;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import net.logstash.logback.composite.AbstractFieldJsonProvider;

/** The field {@code routeId}. Public, because Logback instantiates it by name. */
public class LineRoute extends AbstractFieldJsonProvider<ILoggingEvent> {

    /** The MDC key of the route that Camel runs on this thread. */
    static final String MDC_KEY = "camel.routeId";

    public LineRoute() {
        setFieldName("routeId");
    }

    @Override
    public void writeTo(JsonGenerator generator, ILoggingEvent event) throws IOException {
        String routeId = event.getMDCPropertyMap().get(MDC_KEY);
        if (routeId != null) {
            generator.writeStringField(getFieldName(), routeId);
        }
    }
}

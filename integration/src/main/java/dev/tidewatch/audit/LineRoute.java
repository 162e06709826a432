package dev.tidewatch.audit;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import net.logstash.logback.composite.AbstractFieldJsonProvider;
import org.apache.camel.spi.UnitOfWork;

/** The field {@code routeId}. Public, because Logback instantiates it by name. */
public class LineRoute extends AbstractFieldJsonProvider<ILoggingEvent> {

    public LineRoute() {
        setFieldName("routeId");
    }

    @Override
    public void writeTo(JsonGenerator generator, ILoggingEvent event) throws IOException {
        String routeId = event.getMDCPropertyMap().get(UnitOfWork.MDC_ROUTE_ID);
        if (routeId != null) {
            generator.writeStringField(getFieldName(), routeId);
        }
    }
}

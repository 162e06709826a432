package dev.tidewatch.support;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.util.Collection;
import org.assertj.core.api.SoftAssertions;

/** {@code log-line.schema.json}, which every line has to fit. */
public final class LogLineSchema {

    private final JsonSchema schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(LogLineSchema.class.getResourceAsStream("/camel/audit/log-line.schema.json"));

    /** Fails with each line that does not fit, and why. */
    public void check(Collection<String> lines) {
        SoftAssertions.assertSoftly(softly -> lines.forEach(line ->
                softly.assertThat(schema.validate(line, InputFormat.JSON)).as(line).isEmpty()));
    }
}

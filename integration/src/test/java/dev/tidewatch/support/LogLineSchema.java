package dev.tidewatch.support;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.util.Collection;
import org.assertj.core.api.SoftAssertions;

/** Validates lines against {@code log-line.schema.json}. */
public final class LogLineSchema {

    private final JsonSchema schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(LogLineSchema.class.getResourceAsStream("/camel/audit/log-line.schema.json"));

    /** Fails with each invalid line and the reason. */
    public void check(Collection<String> lines) {
        SoftAssertions.assertSoftly(softly -> lines.forEach(line ->
                softly.assertThat(schema.validate(line, InputFormat.JSON)).as(line).isEmpty()));
    }
}

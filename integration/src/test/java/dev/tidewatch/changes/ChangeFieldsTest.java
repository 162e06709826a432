package dev.tidewatch.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChangeFieldsTest {

    private static final Instant TIME = Instant.parse("2026-01-01T10:30:00Z");

    @Test
    void writesTheFieldsOfARowInOrder() {
        RowChange change = new RowChange("UPDATE", "d", "t", Map.of("id", 1L), Map.of("id", 1L), Map.of("id", 2L),
                470612481772879877L, TIME, Incompleteness.claimCheck("s3://b/1"));

        assertThat(Lines.write(change.fields())).isEqualTo("{\"operation\":\"UPDATE\",\"database\":\"d\",\"table\":\"t\","
                + "\"key\":{\"id\":1},\"data\":{\"id\":1},\"old\":{\"id\":2},\"incomplete\":\"claim-check\","
                + "\"claimCheckLocation\":\"s3://b/1\",\"commitTs\":\"470612481772879877\","
                + "\"commitTime\":\"2026-01-01T10:30:00.000Z\"}");
    }

    @Test
    void omitsAbsentFieldsButKeepsNullColumns() {
        RowChange change = new RowChange("INSERT", "d", "t", Map.of(), Collections.singletonMap("a", null), null, null, TIME, null);

        assertThat(Lines.write(change.fields())).isEqualTo("{\"operation\":\"INSERT\",\"database\":\"d\",\"table\":\"t\","
                + "\"key\":{},\"data\":{\"a\":null},\"commitTime\":\"2026-01-01T10:30:00.000Z\"}");
    }

    @Test
    void includesTheStatementOnRequestOnly() {
        SchemaChange change = new SchemaChange("ALTER", "d", "t", "ALTER TABLE t ADD a INT DEFAULT 42", 1L, TIME);

        assertThat(Lines.write(change.fields())).isEqualTo("{\"operation\":\"DDL\",\"ddlType\":\"ALTER\",\"database\":\"d\","
                + "\"table\":\"t\",\"commitTs\":\"1\",\"commitTime\":\"2026-01-01T10:30:00.000Z\"}");
        assertThat(change.fields(true)).containsEntry("statement", "ALTER TABLE t ADD a INT DEFAULT 42");
    }

    @Test
    void fieldsAreModifiableAndColumnsAreNot() {
        RowChange change = new RowChange("INSERT", "d", "t", Map.of(), Map.of("a", 1L), null, null, TIME, null);

        change.fields().put("partition", 3);

        assertThat(change.fields()).doesNotContainKey("partition");
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> change.data().put("b", 2L));
    }
}

package dev.tidewatch.changes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ColumnMaskTest {

    @Test
    void masksKeyDataAndOldAlsoNull() {
        RowChange change = change(
                columns("TOKEN_hash", "abc", "id", 1L),
                columns("TOKEN_hash", "abc", "id", 1L, "Password", null, "mfaSecret", 5L, "name", "a token"),
                columns("Password", "x"));

        RowChange masked = new ColumnMask().mask(change);

        assertThat(masked.key()).isEqualTo(columns("TOKEN_hash", "***", "id", 1L));
        assertThat(masked.data()).containsExactlyEntriesOf(
                columns("TOKEN_hash", "***", "id", 1L, "Password", "***", "mfaSecret", "***", "name", "a token"));
        assertThat(masked.old()).isEqualTo(columns("Password", "***"));
    }

    @Test
    void masksInsideJsonColumns() {
        Map<String, Object> settings = columns("apiToken", columns("value", "x"), "list",
                Arrays.asList(columns("password", null, "user", "u"), null, List.of(columns("clientSecret", 1L))));

        RowChange masked = new ColumnMask().mask(change(columns(), columns("settings", settings), null));

        assertThat(masked.data()).isEqualTo(columns("settings", columns("apiToken", "***", "list",
                Arrays.asList(columns("password", "***", "user", "u"), null, List.of(columns("clientSecret", "***"))))));
        assertThat(masked.old()).isNull();
    }

    @Test
    void keepsEverythingElse() {
        RowChange change = new RowChange("INSERT", "tokens", "secrets", columns("id", 1L), columns("id", 1L, "n", null), null,
                42L, Instant.ofEpochMilli(5), Incompleteness.claimCheck("s3://password/1.json"));

        assertThat(new ColumnMask().mask(change)).isEqualTo(change);
    }

    @Test
    void ignoresCaseAndBlankWords() {
        RowChange change = change(columns(), columns("E_MAIL", "a@b.c", "password", "p", "id", 1L), null);

        assertThat(new ColumnMask(List.of(" Mail ", " ")).mask(change).data())
                .isEqualTo(columns("E_MAIL", "***", "password", "p", "id", 1L));
        assertThat(new ColumnMask(List.of()).mask(change)).isEqualTo(change);
    }

    private static RowChange change(Map<String, Object> key, Map<String, Object> data, Map<String, Object> old) {
        return new RowChange(old == null ? "INSERT" : "UPDATE", "d", "t", key, data, old, 42L, Instant.ofEpochMilli(5), null);
    }

    private static Map<String, Object> columns(Object... namesAndValues) {
        Map<String, Object> columns = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            columns.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return columns;
    }
}

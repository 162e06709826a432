package dev.tidewatch.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TiCDC's table-filter rules. */
class TableFilterTest {

    @ParameterizedTest
    @CsvSource({
        "tidewatch.*,                    tidewatch, users,         true",
        "tidewatch.*,                    other,     users,         false",
        "tidewatch.* !tidewatch.outbox,  tidewatch, outbox,        false",
        "tidewatch.* !tidewatch.outbox,  tidewatch, outbox2,       true",
        "!tidewatch.outbox tidewatch.*,  tidewatch, outbox,        true",
        "TideWatch.Users,                tidewatch, USERS,         true",
        "*.*,                            anything,  else,          true",
        "a?c.t[0-9],                     abc,       t5,            true",
        "a?c.t[0-9],                     abbc,      t5,            false",
        "a.t[!0-9],                      a,         t5,            false",
        "a.t.x,                          a,         tyx,           false",
        "`a.b`.t,                        a.b,       t,             true",
        "/^sh.p$/./^o+$/,                shop,      ooo,           true",
    })
    void lastMatchingRuleWins(String rules, String database, String table, boolean sent) {
        assertThat(new TableFilter(List.of(rules.split(" "))).matches(new TableName(database, table))).isEqualTo(sent);
    }

    @Test
    void rejectsARuleWithoutADot() {
        assertThatThrownBy(() -> new TableFilter(List.of("users"))).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("users");
    }

    @Test
    void applicationChangefeedExcludesBookkeepingAndSecrets() {
        ChangefeedConfiguration configuration = ChangefeedConfiguration.fromClassPath("tidewatch");
        assertThat(configuration.filter().matches(new TableName("tidewatch", "users"))).isTrue();
        assertThat(configuration.filter().matches(new TableName("tidewatch", "outbox"))).isFalse();
        assertThat(configuration.filter().matches(new TableName("mysql", "user"))).isFalse();
        assertThat(configuration.sends(new TableName("tidewatch", "users"), "password_hash")).isFalse();
        assertThat(configuration.sends(new TableName("tidewatch", "users"), "email")).isTrue();
        assertThat(configuration.sends(new TableName("tidewatch", "access_tokens"), "token_hash")).isFalse();
        assertThat(configuration.sends(new TableName("tidewatch", "notes"), "password_hash")).isTrue();
        assertThat(configuration.partitioning(new TableName("tidewatch", "users"))).isEqualTo(Partitioning.INDEX_VALUE);
    }
}

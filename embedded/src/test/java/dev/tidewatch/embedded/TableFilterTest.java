package dev.tidewatch.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        "a.t[^0-9],                      a,         t^,            true",
        "app$1.*,                        app$1,     users,         true",
        "日本.*,                           日本,        users,         true",
        "a\\-b.t,                         a-b,       t,             true",
        "`user-service`.*,               user-service, users,      true",
        "`2024.app`.*,                   2024.app,  users,         true",
        "`a``b`.*,                       a`b,       users,         true",
        "`a.*`.t,                        a.b,       t,             false",
        "`a.b`.t,                        a.b,       t,             true",
        "/^sh.p$/./^o+$/,                shop,      ooo,           true",
    })
    void lastMatchingRuleWins(String rules, String database, String table, boolean sent) {
        assertThat(new TableFilter(List.of(rules.split(" "))).matches(new TableName(database, table))).isEqualTo(sent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"users", "user-service.*", "2024.app.*", "a.t.x", "a b.t", "`a.t", "``.t", "a.", ".t", "a.t[", "a\\b.t",
        "a`b`.t"})
    void bug23RejectsWhatTicdcRejects(String rule) {
        assertThatThrownBy(() -> new TableFilter(List.of(rule))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(rule);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tidewatch", "user-service", "2024.app", "app$1", "日本", "a`b", "a.*"})
    void bug23TheApplicationChangefeedTakesEveryDatabaseName(String database) {
        ChangefeedConfiguration configuration = ChangefeedConfiguration.fromClassPath(database);
        assertThat(configuration.filter().matches(new TableName(database, "users"))).isTrue();
        assertThat(configuration.filter().matches(new TableName(database, "outbox"))).isFalse();
        assertThat(configuration.filter().matches(new TableName("a.b", "users"))).isFalse();
        assertThat(configuration.sends(new TableName(database, "users"), "password_hash")).isFalse();
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
        assertThat(configuration.sends(new TableName("tidewatch", "users_bak"), "Password_Hash")).as("a copy").isFalse();
        assertThat(configuration.sends(new TableName("tidewatch", "notes"), "token_hash")).isFalse();
        assertThat(configuration.sends(new TableName("shop", "notes"), "password_hash")).isTrue();
        assertThat(configuration.partitioning(new TableName("tidewatch", "users"))).isEqualTo(Partitioning.INDEX_VALUE);
    }
}

package dev.tidewatch.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RolesTest {

    @Test
    void acceptsOneRoleOrBoth() {
        assertThat(Roles.properties("api,events")).isEqualTo(Map.of("roles.api", "true", "roles.events", "true"));
        assertThat(Roles.properties("api")).isEqualTo(Map.of("roles.api", "true", "roles.events", "false"));
        assertThat(Roles.properties(" events , api ")).isEqualTo(Map.of("roles.api", "true", "roles.events", "true"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "web", "api,web", "API", "api;events"})
    void rejectsUnknownRoles(String list) {
        assertThatThrownBy(() -> Roles.properties(list)).isInstanceOf(UnusableSettingException.class)
                .hasMessageContaining("TIDEWATCH_ROLES is \"" + list + "\"").hasMessageContaining("api, events");
    }
}

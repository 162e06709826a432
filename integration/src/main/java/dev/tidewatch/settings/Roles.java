package dev.tidewatch.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an instance is there for. A role is a precondition on routes: {@code precondition: "{{roles.events}}"}. */
final class Roles {

    private static final List<String> NAMES = List.of("api", "events");

    private Roles() {
    }

    /** {@code roles.<name>} for every role, true for those that a comma-separated list names. */
    static Map<String, String> properties(String list) {
        List<String> chosen = Arrays.stream(list.split(",")).map(String::strip).toList();
        for (String role : chosen) {
            if (!NAMES.contains(role)) {
                throw new UnusableSettingException(
                        "TIDEWATCH_ROLES is \"%s\", and \"%s\" is no role; it is api, events or both: api,events.".formatted(list, role));
            }
        }
        Map<String, String> properties = new TreeMap<>();
        NAMES.forEach(role -> properties.put("roles." + role, String.valueOf(chosen.contains(role))));
        return properties;
    }
}

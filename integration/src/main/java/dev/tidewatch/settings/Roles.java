package dev.tidewatch.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The roles of an instance. A role is a precondition of routes: {@code precondition: "{{roles.events}}"}. */
final class Roles {

    private static final List<String> NAMES = List.of("api", "events");

    private Roles() {
    }

    /**
     * {@code roles.<name>} for every role: {@code true} if the comma-separated list contains it.
     *
     * @throws UnusableSettingException when the list contains anything else
     */
    static Map<String, String> properties(String list) {
        List<String> chosen = Arrays.stream(list.split(",")).map(String::strip).filter(role -> !role.isEmpty()).toList();
        if (chosen.isEmpty()) {
            throw Limits.unusable("TIDEWATCH_ROLES", list, "api, events or api,events");
        }
        for (String role : chosen) {
            if (!NAMES.contains(role)) {
                throw new UnusableSettingException(
                        "TIDEWATCH_ROLES is \"%s\"; \"%s\" is not a role. It must be api, events or api,events.".formatted(list, role));
            }
        }
        Map<String, String> properties = new TreeMap<>();
        NAMES.forEach(role -> properties.put("roles." + role, String.valueOf(chosen.contains(role))));
        return properties;
    }
}

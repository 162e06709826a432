package dev.tidewatch.login;

import java.util.Map;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** What the owner of a session may see of it. */
@Component("sessions")
public class Sessions {

    /**
     * The answer to a request for the profile.
     *
     * @param session the row of {@code find-session.sql}
     */
    public Profile profile(@Variable("session") Map<String, Object> session) {
        return new Profile((Long) session.get("userId"), (String) session.get("username"), (String) session.get("email"),
                (String) session.get("tokenExpiresAt"));
    }

    /** The contract's schema {@code Profile}; the time is ISO 8601 in UTC with milliseconds. */
    public record Profile(long userId, String username, String email, String tokenExpiresAt) {
    }
}

package dev.tidewatch.login;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** Creates the responses about a user's sessions. */
@Component("sessions")
public class Sessions {

    /** A positive BIGINT without leading zeros. */
    private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,17}");

    /**
     * The response of {@code GET /api/profile}.
     *
     * @param session the row of {@code find-session.sql}
     */
    public Profile profile(@Variable("session") Map<String, Object> session) {
        return new Profile((Long) session.get("userId"), (String) session.get("username"), (String) session.get("email"),
                (String) session.get("tokenExpiresAt"));
    }

    /**
     * The response of {@code GET /api/sessions}.
     *
     * @param rows    the rows of {@code list-sessions.sql}
     * @param session the row of {@code find-session.sql}
     */
    public OpenSessions list(@Body List<Map<String, Object>> rows, @Variable("session") Map<String, Object> session) {
        return new OpenSessions(rows.stream().map(row -> new OpenSession((Long) row.get("id"), (String) row.get("createdAt"),
                (String) row.get("expiresAt"), (String) row.get("ipAddress"), (String) row.get("userAgent"),
                row.get("id").equals(session.get("sessionId")))).toList());
    }

    /**
     * Parses the id of a session from the path.
     *
     * @throws dev.tidewatch.http.ProblemException if it is not a valid id
     */
    public long id(@Variable("requestedId") String requestedId) {
        if (!ID.matcher(requestedId).matches()) {
            throw LoginProblems.unknownSession();
        }
        return Long.parseLong(requestedId);
    }

    /**
     * The caller's name and current password, to verify as a login does.
     *
     * @param session the row of {@code find-session.sql}
     */
    public Credentials credentials(@Variable("session") Map<String, Object> session, @Variable("passwordChange") PasswordChange change) {
        return new Credentials((String) session.get("username"), null, change.currentPassword(), null);
    }

    /** The contract's schema {@code Profile}; the time is ISO 8601 in UTC with milliseconds. */
    public record Profile(long userId, String username, String email, String tokenExpiresAt) {
    }

    /** The contract's schema {@code Sessions}. */
    public record OpenSessions(List<OpenSession> sessions) {
    }

    /**
     * The contract's schema {@code Session}; the times are ISO 8601 in UTC with milliseconds.
     *
     * @param userAgent the {@code User-Agent} of the login; null if absent
     * @param current   whether it is the session of the request
     */
    public record OpenSession(long id, String createdAt, String expiresAt, String ipAddress, String userAgent, boolean current) {
    }
}

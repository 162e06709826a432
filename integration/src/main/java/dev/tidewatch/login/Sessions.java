package dev.tidewatch.login;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** What the owner of a session may see of it, and of the other ones. */
@Component("sessions")
public class Sessions {

    /** What a BIGINT takes, and no other way to write it. */
    private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,17}");

    /**
     * The answer to a request for the profile.
     *
     * @param session the row of {@code find-session.sql}
     */
    public Profile profile(@Variable("session") Map<String, Object> session) {
        return new Profile((Long) session.get("userId"), (String) session.get("username"), (String) session.get("email"),
                (String) session.get("tokenExpiresAt"));
    }

    /**
     * The answer to a request for the sessions.
     *
     * @param rows    the rows of {@code list-sessions.sql}
     * @param session the row of {@code find-session.sql}
     */
    public OpenSessions list(@Body List<Map<String, Object>> rows, @Variable("session") Map<String, Object> session) {
        return new OpenSessions(rows.stream().map(row -> new OpenSession((Long) row.get("id"), (String) row.get("createdAt"),
                (String) row.get("expiresAt"), (String) row.get("ipAddress"), (String) row.get("userAgent"),
                row.get("id").equals(session.get("tokenId")))).toList());
    }

    /**
     * The id of a session, which the database must not read out of whatever a path holds.
     *
     * @throws dev.tidewatch.http.ProblemException when it cannot be one
     */
    public long id(@Variable("wanted") String wanted) {
        if (!ID.matcher(wanted).matches()) {
            throw LoginProblems.unknownSession();
        }
        return Long.parseLong(wanted);
    }

    /**
     * What the caller would log in with, if the current password is right.
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
     * @param userAgent null when the client of the login gave none
     * @param current   whether the request belongs to it
     */
    public record OpenSession(long id, String createdAt, String expiresAt, String ipAddress, String userAgent, boolean current) {
    }
}

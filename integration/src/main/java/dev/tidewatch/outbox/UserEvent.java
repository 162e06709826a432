package dev.tidewatch.outbox;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.tidewatch.Event;
import java.time.Instant;

/**
 * What a user did; as JSON it is the value of a record of the topic {@code user-events}.
 *
 * @param eventId   UUIDv7 (RFC 9562), made when the event is; the same on every resend
 * @param timestamp when it happened; UTC, milliseconds
 * @param action    what happened
 * @param userId    null when no user of that name exists
 * @param username  the user's name, or what was given for one
 * @param ipAddress where the request came from; null for ACCOUNT_UNLOCKED, which time brings about
 * @param userAgent the client's name for itself; null when it gave none
 * @param reason    why it failed; null for a success
 */
public record UserEvent(String eventId, Instant timestamp, Action action, Long userId, String username, String ipAddress,
        String userAgent, Reason reason) implements Event {

    /** The key of its Kafka record: events of one user share a partition. */
    @JsonIgnore
    public String key() {
        return userId != null ? userId.toString() : username;
    }

    @Override
    public Instant eventTime() {
        return timestamp;
    }

    /** What happened. */
    public enum Action {
        LOGIN_SUCCESS, LOGIN_FAILURE, LOGOUT, ACCOUNT_LOCKED, ACCOUNT_UNLOCKED, SESSION_REVOKED, ALL_SESSIONS_REVOKED,
        PASSWORD_CHANGED, PASSWORD_CHANGE_FAILURE
    }

    /** Why a login or a change of the password failed; the names are those of the JSON. */
    public enum Reason {
        bad_credentials, locked, rate_limited
    }
}

package dev.tidewatch.outbox;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.tidewatch.Event;
import dev.tidewatch.Unicode;
import java.time.Instant;

/**
 * A user's action; its JSON is the value of a record of the topic {@code user-events}.
 *
 * @param eventId   UUIDv7 (RFC 9562), created with the event; the same in every resend
 * @param timestamp UTC, milliseconds
 * @param action    the action
 * @param userId    null if no user of that name exists
 * @param username  the user's name, or the name that the client sent
 * @param ipAddress the client's address; null for ACCOUNT_UNLOCKED, which has no request
 * @param userAgent the client's {@code User-Agent}; null if absent
 * @param reason    the reason of a failure; null for a success
 */
public record UserEvent(String eventId, Instant timestamp, Action action, Long userId, String username, String ipAddress,
        String userAgent, Reason reason) implements Event {

    /** The key of the Kafka record: events of one user share a partition. */
    @JsonIgnore
    public String key() {
        return userId != null ? userId.toString() : username;
    }

    /** The event with U+FFFD in place of unpaired surrogates, which a record may escape: many readers of JSON reject them. */
    UserEvent wellFormed() {
        return new UserEvent(eventId, timestamp, action, userId, Unicode.wellFormed(username), Unicode.wellFormed(ipAddress),
                Unicode.wellFormed(userAgent), reason);
    }

    @Override
    public Instant eventTime() {
        return timestamp;
    }

    /** The actions. */
    public enum Action {
        LOGIN_SUCCESS, LOGIN_FAILURE, LOGOUT, ACCOUNT_LOCKED, ACCOUNT_UNLOCKED, SESSION_REVOKED, ALL_SESSIONS_REVOKED,
        PASSWORD_CHANGED, PASSWORD_CHANGE_FAILURE
    }

    /** The reasons why a login or a password change failed, named as in the JSON. */
    public enum Reason {
        bad_credentials, locked, rate_limited
    }
}

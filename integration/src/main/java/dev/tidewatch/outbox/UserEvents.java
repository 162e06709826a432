package dev.tidewatch.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import dev.tidewatch.http.Caller;
import dev.tidewatch.consumer.RecordDecoder;
import dev.tidewatch.outbox.UserEvent.Action;
import dev.tidewatch.outbox.UserEvent.Reason;
import dev.tidewatch.login.AccessToken;
import dev.tidewatch.login.Credentials;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** Makes user events, and reads them back. */
@Component("userEvents")
public class UserEvents implements RecordDecoder {

    /** What {@code processed_events} can hold and compare. */
    private static final Pattern EVENT_ID = Pattern.compile("[!-~]{1,36}");

    private static final Caller NOBODY = new Caller(null, null, null, null, false);

    private final NoArgGenerator eventIds = Generators.timeBasedEpochGenerator();
    private final ObjectReader reader;

    UserEvents(ObjectMapper json) {
        reader = json.readerFor(UserEvent.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    /** A login that opened a session. */
    public UserEvent loginSuccess(@Variable("token") AccessToken token, @Variable("caller") Caller caller) {
        return event(Action.LOGIN_SUCCESS, token.userId(), token.username(), caller, null);
    }

    /**
     * A login that was refused, or a change of the password whose current one was wrong.
     *
     * @param credentials what was sent
     * @param user        the row of {@code find-user.sql}; null when the name is unknown
     * @param counted     how many accounts count it: none does when the name is unknown or the account locked
     * @param session     the row of {@code find-session.sql} for a change; null for a login
     */
    public UserEvent failure(@Variable("credentials") Credentials credentials, @Variable("user") Map<String, Object> user,
            @Variable("counted") int counted, @Variable("session") Map<String, Object> session, @Variable("caller") Caller caller) {
        Action action = session == null ? Action.LOGIN_FAILURE : Action.PASSWORD_CHANGE_FAILURE;
        return user == null
                ? event(action, null, credentials.name(), caller, Reason.bad_credentials)
                : ofUser(action, user, caller, counted == 0 ? Reason.locked : Reason.bad_credentials);
    }

    /** A login from a network that has none left; nobody has looked for its user. */
    public UserEvent rateLimited(@Variable("credentials") Credentials credentials, @Variable("caller") Caller caller) {
        return event(Action.LOGIN_FAILURE, null, credentials.name(), caller, Reason.rate_limited);
    }

    /**
     * The begin of a lock, by the login that failed last.
     *
     * @param user the row of {@code find-user.sql}
     */
    public UserEvent accountLocked(@Variable("user") Map<String, Object> user, @Variable("caller") Caller caller) {
        return ofUser(Action.ACCOUNT_LOCKED, user, caller, null);
    }

    /**
     * The end of a lock, which no request brings about.
     *
     * @param user a row with {@code userId} and {@code username}
     */
    public UserEvent accountUnlocked(@Variable("user") Map<String, Object> user) {
        return ofUser(Action.ACCOUNT_UNLOCKED, user, NOBODY, null);
    }

    /**
     * The end of a session by its user.
     *
     * @param session the row of {@code find-session.sql}
     */
    public UserEvent logout(@Variable("session") Map<String, Object> session, @Variable("caller") Caller caller) {
        return ofUser(Action.LOGOUT, session, caller, null);
    }

    /**
     * The end of one session, by its user.
     *
     * @param session the row of {@code find-session.sql}
     */
    public UserEvent sessionRevoked(@Variable("session") Map<String, Object> session, @Variable("caller") Caller caller) {
        return ofUser(Action.SESSION_REVOKED, session, caller, null);
    }

    /**
     * The end of all sessions of a user, by that user.
     *
     * @param session the row of {@code find-session.sql}
     */
    public UserEvent allSessionsRevoked(@Variable("session") Map<String, Object> session, @Variable("caller") Caller caller) {
        return ofUser(Action.ALL_SESSIONS_REVOKED, session, caller, null);
    }

    /**
     * A new password, which ends the other sessions.
     *
     * @param session the row of {@code find-session.sql}
     */
    public UserEvent passwordChanged(@Variable("session") Map<String, Object> session, @Variable("caller") Caller caller) {
        return ofUser(Action.PASSWORD_CHANGED, session, caller, null);
    }

    /**
     * Reads the value of a record.
     *
     * @throws UnreadableEventException when it is none of ours
     */
    @Override
    public UserEvent decode(@Body byte[] value) throws UnreadableEventException {
        if (value == null || value.length == 0) {
            throw new UnreadableEventException(value == null ? "tombstone (null value)" : "empty value", null);
        }
        try {
            UserEvent event = reader.readValue(value);
            if (event == null || event.eventId() == null || event.action() == null || event.timestamp() == null) {
                throw new UnreadableEventException("eventId, action or timestamp is missing", null);
            }
            if (!EVENT_ID.matcher(event.eventId()).matches()) {
                throw new UnreadableEventException("eventId is not 1 to 36 letters, digits or signs of ASCII", null);
            }
            return event;
        } catch (JsonProcessingException e) {
            // Some failures have no place, such as a number that is no time.
            String place = e.getLocation() == null ? "" : " (line %d, column %d)"
                    .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
            throw new UnreadableEventException("not a user event in JSON" + place, e);
        } catch (IOException | RuntimeException e) {
            throw new UnreadableEventException("not a user event in JSON", e);
        }
    }

    private UserEvent ofUser(Action action, Map<String, Object> user, Caller caller, Reason reason) {
        return event(action, (Long) user.get("userId"), (String) user.get("username"), caller, reason);
    }

    private UserEvent event(Action action, Long userId, String username, Caller caller, Reason reason) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return new UserEvent(eventIds.generate().toString(), now, action, userId, username, caller.ipAddress(), caller.userAgent(), reason);
    }
}

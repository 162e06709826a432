package dev.tidewatch.login;

import dev.tidewatch.http.Caller;
import dev.tidewatch.outbox.UserEvent;
import dev.tidewatch.outbox.UserEvent.Action;
import dev.tidewatch.outbox.UserEvent.Reason;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/**
 * Creates user events from the variables of the login routes. A {@code user} is a row of {@code find-user.sql}, a {@code session} a row of
 * {@code find-session.sql}; both have {@code userId} and {@code username}.
 */
@Component("loginEvents")
public class LoginEvents {

    private static final Caller NO_CALLER = new Caller(null, null, null, null, false);

    private final EventIds eventIds = new EventIds(System::currentTimeMillis);

    /** A login that opened a session. */
    public UserEvent loginSuccess(@Variable("accessToken") AccessToken accessToken, @Variable("caller") Caller caller) {
        return event(Action.LOGIN_SUCCESS, accessToken.userId(), accessToken.username(), caller, null);
    }

    /**
     * A failed login, or a password change with a wrong current password.
     *
     * @param credentials     the name and the password that were sent
     * @param user            null for an unknown name
     * @param failuresCounted the number of accounts that counted the failure: 0 for an unknown name or a locked account, otherwise 1
     * @param session         null for a login
     */
    public UserEvent failure(@Variable("credentials") Credentials credentials, @Variable("user") Map<String, Object> user,
            @Variable("failuresCounted") int failuresCounted, @Variable("session") Map<String, Object> session,
            @Variable("caller") Caller caller) {
        Action action = session == null ? Action.LOGIN_FAILURE : Action.PASSWORD_CHANGE_FAILURE;
        return user == null
                ? event(action, null, credentials.name(), caller, Reason.bad_credentials)
                : event(action, user, caller, failuresCounted == 0 ? Reason.locked : Reason.bad_credentials);
    }

    /** A login that the rate limit rejected, before its user was looked up. */
    public UserEvent rateLimited(@Variable("credentials") Credentials credentials, @Variable("caller") Caller caller) {
        return event(Action.LOGIN_FAILURE, null, credentials.name(), caller, Reason.rate_limited);
    }

    /** A new account lock; the caller is the one of the last failed login. */
    public UserEvent accountLocked(@Variable("user") Map<String, Object> user, @Variable("caller") Caller caller) {
        return event(Action.ACCOUNT_LOCKED, user, caller, null);
    }

    /** An expired account lock; it has no caller. */
    public UserEvent accountUnlocked(@Variable("user") Map<String, Object> user) {
        return event(Action.ACCOUNT_UNLOCKED, user, NO_CALLER, null);
    }

    /** A logout. */
    public UserEvent logout(@Variable("session") Map<String, Object> session, @Variable("caller") Caller caller) {
        return event(Action.LOGOUT, session, caller, null);
    }

    /** A session that its user revoked. */
    public UserEvent sessionRevoked(@Variable("session") Map<String, Object> session, @Variable("caller") Caller caller) {
        return event(Action.SESSION_REVOKED, session, caller, null);
    }

    /** All sessions of a user, revoked by that user. */
    public UserEvent allSessionsRevoked(@Variable("session") Map<String, Object> session, @Variable("caller") Caller caller) {
        return event(Action.ALL_SESSIONS_REVOKED, session, caller, null);
    }

    /** A new password; the other sessions are revoked. */
    public UserEvent passwordChanged(@Variable("session") Map<String, Object> session, @Variable("caller") Caller caller) {
        return event(Action.PASSWORD_CHANGED, session, caller, null);
    }

    private UserEvent event(Action action, Map<String, Object> user, Caller caller, Reason reason) {
        return event(action, (Long) user.get("userId"), (String) user.get("username"), caller, reason);
    }

    private UserEvent event(Action action, Long userId, String username, Caller caller, Reason reason) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return new UserEvent(eventIds.next(), now, action, userId, username, caller.ipAddress(), caller.userAgent(), reason);
    }
}

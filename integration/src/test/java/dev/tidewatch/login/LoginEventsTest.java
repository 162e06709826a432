package dev.tidewatch.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.http.Caller;
import dev.tidewatch.outbox.UserEvent;
import dev.tidewatch.outbox.UserEvent.Action;
import dev.tidewatch.outbox.UserEvent.Reason;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LoginEventsTest {

    private static final Caller CALLER = new Caller("198.51.100.7", "curl/8", null, null, false);
    private static final Credentials CREDENTIALS = new Credentials(null, "kim@example.org", "secret", null);
    private static final Map<String, Object> USER = Map.of("userId", 7L, "username", "kim");

    private final LoginEvents events = new LoginEvents();

    @Test
    void loginSuccessHasTheUserOfTheTokenAndTheCaller() {
        UserEvent event = events.loginSuccess(new AccessToken("t", new byte[32], 7, "kim", Instant.EPOCH, Instant.EPOCH), CALLER);

        isEvent(event, Action.LOGIN_SUCCESS, 7L, "kim", null);
        assertThat(UUID.fromString(event.eventId()).version()).isEqualTo(7);
        assertThat(event.timestamp()).isEqualTo(event.timestamp().truncatedTo(ChronoUnit.MILLIS));
        assertThat(event.ipAddress()).isEqualTo("198.51.100.7");
        assertThat(event.userAgent()).isEqualTo("curl/8");
        assertThat(event.key()).isEqualTo("7");
    }

    @Test
    void failureOfAnUnknownUserHasTheNameThatWasSent() {
        UserEvent event = events.failure(CREDENTIALS, null, 0, null, CALLER);

        isEvent(event, Action.LOGIN_FAILURE, null, "kim@example.org", Reason.bad_credentials);
        assertThat(event.key()).isEqualTo("kim@example.org");
    }

    @Test
    void failureIsLockedIfNoAccountCountsIt() {
        isEvent(events.failure(CREDENTIALS, USER, 1, null, CALLER), Action.LOGIN_FAILURE, 7L, "kim", Reason.bad_credentials);
        isEvent(events.failure(CREDENTIALS, USER, 0, null, CALLER), Action.LOGIN_FAILURE, 7L, "kim", Reason.locked);
    }

    @Test
    void failureWithASessionIsThatOfAPasswordChange() {
        isEvent(events.failure(CREDENTIALS, USER, 1, USER, CALLER), Action.PASSWORD_CHANGE_FAILURE, 7L, "kim", Reason.bad_credentials);
        isEvent(events.failure(CREDENTIALS, USER, 0, USER, CALLER), Action.PASSWORD_CHANGE_FAILURE, 7L, "kim", Reason.locked);
    }

    @Test
    void rateLimitedLoginHasNoUserId() {
        isEvent(events.rateLimited(CREDENTIALS, CALLER), Action.LOGIN_FAILURE, null, "kim@example.org", Reason.rate_limited);
    }

    @Test
    void expiredLockHasNoCaller() {
        UserEvent event = events.accountUnlocked(USER);

        isEvent(event, Action.ACCOUNT_UNLOCKED, 7L, "kim", null);
        assertThat(event.ipAddress()).isNull();
        assertThat(event.userAgent()).isNull();
    }

    @Test
    void otherEventsHaveTheirActionAndNoReason() {
        isEvent(events.accountLocked(USER, CALLER), Action.ACCOUNT_LOCKED, 7L, "kim", null);
        isEvent(events.logout(USER, CALLER), Action.LOGOUT, 7L, "kim", null);
        isEvent(events.sessionRevoked(USER, CALLER), Action.SESSION_REVOKED, 7L, "kim", null);
        isEvent(events.allSessionsRevoked(USER, CALLER), Action.ALL_SESSIONS_REVOKED, 7L, "kim", null);
        isEvent(events.passwordChanged(USER, CALLER), Action.PASSWORD_CHANGED, 7L, "kim", null);
    }

    private static void isEvent(UserEvent event, Action action, Long userId, String username, Reason reason) {
        assertThat(event).extracting(UserEvent::action, UserEvent::userId, UserEvent::username, UserEvent::reason)
                .containsExactly(action, userId, username, reason);
    }
}

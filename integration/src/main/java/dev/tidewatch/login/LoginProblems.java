package dev.tidewatch.login;

import dev.tidewatch.http.Caller;
import dev.tidewatch.http.ProblemException;
import dev.tidewatch.http.ProblemException.FieldError;
import org.apache.camel.Variable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Rejects logins and requests without a session. Each method throws; the return type allows {@code throw} in Java. */
@Component("loginProblems")
public class LoginProblems {

    private static final String CHALLENGE = "Bearer realm=\"tidewatch\"";

    /** 401 for a login: the same for an unknown user, a wrong password and a locked account. */
    public static ProblemException wrongCredentials() {
        throw new ProblemException(HttpStatus.UNAUTHORIZED, "The user name or the password is wrong.")
                .withHeader(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE);
    }

    /** 403 for a password change: the same for a wrong password and a locked account; the session stays open. */
    public static ProblemException wrongPassword() {
        throw new ProblemException(HttpStatus.FORBIDDEN, "The current password is wrong.")
                .withErrors(new FieldError("currentPassword", "is wrong"));
    }

    /** 429 for a login from a network over its rate limit. */
    public static ProblemException tooManyLogins(@Variable("rateLimitRefusal") RateLimitRefusal refusal) {
        throw new ProblemException(HttpStatus.TOO_MANY_REQUESTS, "Too many logins from your address. Try again later.")
                .withHeader(HttpHeaders.RETRY_AFTER, String.valueOf(refusal.retryAfterSeconds()));
    }

    /** 401 for a request without a valid access token (RFC 6750, section 3). */
    public static ProblemException invalidToken(@Variable("caller") Caller caller) {
        throw new ProblemException(HttpStatus.UNAUTHORIZED, "The access token of this request is missing, malformed, expired or revoked."
                + " Log in, and send the token as 'Authorization: Bearer <token>' or in the session cookie.")
                .withHeader(HttpHeaders.WWW_AUTHENTICATE, caller.token() == null ? CHALLENGE : CHALLENGE + ", error=\"invalid_token\"");
    }

    /** 404 for a session that is not the caller's, or not open. */
    public static ProblemException unknownSession() {
        throw new ProblemException(HttpStatus.NOT_FOUND, "You have no open session with this id; GET /api/sessions lists your sessions.");
    }

    /** 403 for a request that the page of another site may have made a browser send. */
    public static ProblemException forgedRequest() {
        throw new ProblemException(HttpStatus.FORBIDDEN, "The header Sec-Fetch-Site or Origin must show that Tidewatch's own UI sent a"
                + " request with the session cookie. Other clients send 'Authorization: Bearer <token>'.");
    }
}

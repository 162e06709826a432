package dev.tidewatch.login;

import dev.tidewatch.http.Caller;
import dev.tidewatch.http.SessionCookie;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** Issues access tokens and hashes them for the database. */
@Component("accessTokens")
public class AccessTokens {

    private static final int TOKEN_BYTES = 32;
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final SessionCookie sessionCookie;
    private final SecureRandom random = new SecureRandom();
    private final Duration timeToLive;

    AccessTokens(SessionCookie sessionCookie, TokenProperties settings) {
        this.sessionCookie = sessionCookie;
        this.timeToLive = settings.timeToLive();
    }

    /**
     * Issues a token for a user.
     *
     * @param user a row of {@code find-user.sql}: {@code userId}, {@code username}
     */
    public AccessToken issue(@Variable("user") Map<String, Object> user) {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return new AccessToken(token, hash(token), ((Number) user.get("userId")).longValue(), (String) user.get("username"),
                now, now.plus(timeToLive));
    }

    /**
     * The hash of the caller's token, as stored in the database: 32 bytes.
     *
     * @throws dev.tidewatch.http.ProblemException if the token is missing or malformed
     */
    public byte[] hashOfCaller(@Variable("caller") Caller caller) {
        String token = caller.token();
        if (token == null || !TOKEN.matcher(token).matches()) {
            throw LoginProblems.invalidToken(caller);
        }
        return hash(token);
    }

    /** The {@code Set-Cookie} header for a login that requested a cookie. */
    public String cookie(@Variable("accessToken") AccessToken accessToken) {
        return sessionCookie.holding(accessToken.token());
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}

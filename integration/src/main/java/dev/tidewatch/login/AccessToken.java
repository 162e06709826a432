package dev.tidewatch.login;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * A new access token; its JSON is the response of a login.
 *
 * @param token     256 random bits, base64url without padding: 43 characters; null if a cookie carries it
 * @param hash      the SHA-256 of {@code token}'s ASCII characters: 32 bytes; the database stores only this hash
 * @param userId    the user who logged in
 * @param username  the user's name as stored in the database
 * @param issuedAt  UTC, whole milliseconds
 * @param expiresAt UTC, whole milliseconds
 */
public record AccessToken(@JsonInclude(JsonInclude.Include.NON_NULL) String token, @JsonIgnore byte[] hash, long userId, String username,
        @JsonIgnore Instant issuedAt, Instant expiresAt) {

    /** The response of a login whose cookie carries the token. */
    public AccessToken withoutToken() {
        return new AccessToken(null, hash, userId, username, issuedAt, expiresAt);
    }

    @Override
    public String toString() {
        return "AccessToken[of user " + userId + "]";
    }
}

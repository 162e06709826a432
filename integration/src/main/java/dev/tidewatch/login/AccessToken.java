package dev.tidewatch.login;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * A new access token; as JSON it is the answer to a login.
 *
 * @param token     256 random bits, base64url without padding: 43 characters; null where a cookie has it
 * @param hash      the SHA-256 of {@code token}'s ASCII characters: 32 bytes; all that the database ever sees of it
 * @param userId    the user that it opens the door for
 * @param username  the user's name as it stands in the database
 * @param issuedAt  UTC, whole milliseconds
 * @param expiresAt UTC, whole milliseconds
 */
public record AccessToken(@JsonInclude(JsonInclude.Include.NON_NULL) String token, @JsonIgnore byte[] hash, long userId, String username,
        @JsonIgnore Instant issuedAt, Instant expiresAt) {

    /** What the answer to a login says when a cookie has the token. */
    public AccessToken withoutToken() {
        return new AccessToken(null, hash, userId, username, issuedAt, expiresAt);
    }

    @Override
    public String toString() {
        return "AccessToken[of user " + userId + "]";
    }
}

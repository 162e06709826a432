package dev.tidewatch.login;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;

/**
 * A new access token; as JSON it is the answer to a login.
 *
 * @param token     256 random bits, base64url without padding: 43 characters
 * @param hash      the SHA-256 of {@code token}'s ASCII characters: 32 bytes; all that the database ever sees of it
 * @param userId    the user that it opens the door for
 * @param username  the user's name as it stands in the database
 * @param issuedAt  UTC, whole milliseconds
 * @param expiresAt UTC, whole milliseconds
 */
public record AccessToken(String token, @JsonIgnore byte[] hash, long userId, String username, @JsonIgnore Instant issuedAt,
        Instant expiresAt) {

    @Override
    public String toString() {
        return "AccessToken[of user " + userId + "]";
    }
}

package dev.tidewatch.http;

/**
 * The sender of a request: the parts of its envelope that routes may use.
 *
 * @param ipAddress     the client's IPv4 or IPv6 address: that of the connection, or the one that a trusted proxy forwards
 * @param userAgent     the {@code User-Agent} header, cut to 512 characters, with U+FFFD for control characters; null if absent
 * @param bearerToken   the token of an {@code Authorization: Bearer} header (RFC 6750); null if absent or of another scheme
 * @param sessionCookie the value of the session cookie; null if absent
 * @param mayBeForged   whether another site may have made the browser send the request, see {@link RequestForgery}
 */
public record Caller(String ipAddress, String userAgent, String bearerToken, String sessionCookie, boolean mayBeForged) {

    /** The access token of the request. A bearer token wins over the cookie, because browsers send the cookie unasked. */
    public String token() {
        return bearerToken != null ? bearerToken : sessionCookie;
    }

    /** Whether the access token comes from the cookie. */
    public boolean usesCookie() {
        return bearerToken == null && sessionCookie != null;
    }

    @Override
    public String toString() {
        return "Caller[" + ipAddress + "]";
    }
}

package dev.tidewatch.http;

/**
 * Who sent a request: the little of its envelope that routes may use.
 *
 * @param ipAddress     the client's address, IPv4 or IPv6 in text: where the connection came from, or what a trusted proxy says
 * @param userAgent     the {@code User-Agent} header, cut to 512 characters; null when absent
 * @param bearerToken   the token of an {@code Authorization: Bearer} header (RFC 6750); null when absent or of another scheme
 * @param sessionCookie the value of the session cookie; null when absent
 * @param mayBeForged   whether the page of another site may have made the browser send it, as {@link RequestForgery} has it
 */
public record Caller(String ipAddress, String userAgent, String bearerToken, String sessionCookie, boolean mayBeForged) {

    /** The token to know the caller by: the one that the client chose to send, before the one that a browser always sends. */
    public String token() {
        return bearerToken != null ? bearerToken : sessionCookie;
    }

    /** Whether only the cookie tells who the caller is. */
    public boolean usesCookie() {
        return bearerToken == null && sessionCookie != null;
    }

    @Override
    public String toString() {
        return "Caller[" + ipAddress + "]";
    }
}

package dev.tidewatch.api;

/**
 * Who sent a request: the little of its envelope that routes may use.
 *
 * @param ipAddress   the client's address, IPv4 or IPv6 in text: where the connection came from, or what a trusted proxy says
 * @param userAgent   the {@code User-Agent} header, cut to 512 characters; null when absent
 * @param bearerToken the token of an {@code Authorization: Bearer} header (RFC 6750); null when absent or of another scheme
 */
public record Caller(String ipAddress, String userAgent, String bearerToken) {

    @Override
    public String toString() {
        return "Caller[" + ipAddress + "]";
    }
}

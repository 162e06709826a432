package dev.tidewatch.login;

/**
 * The token bucket of a network. What is in it, the database knows by the time at which it will be full again.
 *
 * @param network     an IPv4 address, or the first half of an IPv6 address, which is what a customer gets at least
 * @param tokenMicros how long it takes to gain a token
 * @param slackMicros how far away that time may be for a token to be left
 */
public record Bucket(String network, long tokenMicros, long slackMicros) {
}

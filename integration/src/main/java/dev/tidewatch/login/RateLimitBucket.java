package dev.tidewatch.login;

/**
 * The rate-limit bucket of a network. The database stores its level as the time when it is full again.
 *
 * @param network      an IPv4 address, or the /64 network of an IPv6 address, the smallest that a customer gets
 * @param permitMicros the time in which the bucket gains a permit, in microseconds
 * @param slackMicros  a permit is available while the bucket is full again within this time, in microseconds
 */
public record RateLimitBucket(String network, long permitMicros, long slackMicros) {
}

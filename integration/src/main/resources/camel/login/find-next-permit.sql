-- Reads after how many microseconds the next permit is available.
SELECT TIMESTAMPDIFF(MICROSECOND, CURRENT_TIMESTAMP(3), full_at) - :#${variable.rateLimitBucket.slackMicros} AS waitMicros
FROM login_rates
WHERE network = :#${variable.rateLimitBucket.network}

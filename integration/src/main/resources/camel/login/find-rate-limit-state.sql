-- Reads whether the permit taken in this transaction was granted, and after how many microseconds the next one is available.
SELECT admitted + 0 AS admitted,
       TIMESTAMPDIFF(MICROSECOND, CURRENT_TIMESTAMP(3), full_at) - :#${variable.rateLimitBucket.slackMicros} AS waitMicros
FROM login_rates
WHERE network = :#${variable.rateLimitBucket.network}

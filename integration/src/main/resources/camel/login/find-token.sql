-- What became of a token that was asked for in the same transaction, and when there will be one.
SELECT admitted + 0 AS admitted, TIMESTAMPDIFF(MICROSECOND, CURRENT_TIMESTAMP(3), full_at) - :#${variable.bucket.slackMicros} AS waitMicros
FROM login_rates
WHERE network = :#${variable.bucket.network}

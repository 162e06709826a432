-- Takes a permit from a network's bucket, if it has a row and a permit is available; each permit moves the time when the bucket is full again.
UPDATE login_rates
SET full_at = GREATEST(full_at, CURRENT_TIMESTAMP(3)) + INTERVAL :#${variable.rateLimitBucket.permitMicros} MICROSECOND
WHERE network = :#${variable.rateLimitBucket.network}
  AND full_at <= CURRENT_TIMESTAMP(3) + INTERVAL :#${variable.rateLimitBucket.slackMicros} MICROSECOND

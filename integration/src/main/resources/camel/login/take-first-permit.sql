-- Takes a permit from a network's bucket, which may have no row yet, if one is available; each permit moves the time when it is full again.
-- Neither assignment reads the column that the other sets: databases differ in the value that it would read.
INSERT INTO login_rates (network, full_at, admitted)
VALUES (:#${variable.rateLimitBucket.network}, CURRENT_TIMESTAMP(3) + INTERVAL :#${variable.rateLimitBucket.permitMicros} MICROSECOND, TRUE)
ON DUPLICATE KEY UPDATE
  admitted = full_at <= CURRENT_TIMESTAMP(3) + INTERVAL :#${variable.rateLimitBucket.slackMicros} MICROSECOND,
  full_at = IF(full_at <= CURRENT_TIMESTAMP(3) + INTERVAL :#${variable.rateLimitBucket.slackMicros} MICROSECOND,
    GREATEST(full_at, CURRENT_TIMESTAMP(3)) + INTERVAL :#${variable.rateLimitBucket.permitMicros} MICROSECOND, full_at)

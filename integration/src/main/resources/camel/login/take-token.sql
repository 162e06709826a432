-- Takes a token out of the bucket of a network, if one is left; each token puts off the time at which the bucket is full again.
-- Neither assignment reads the column that the other sets: databases differ in what it would read.
INSERT INTO login_rates (network, full_at, admitted)
VALUES (:#${variable.bucket.network}, CURRENT_TIMESTAMP(3) + INTERVAL :#${variable.bucket.tokenMicros} MICROSECOND, TRUE)
ON DUPLICATE KEY UPDATE
  admitted = full_at <= CURRENT_TIMESTAMP(3) + INTERVAL :#${variable.bucket.slackMicros} MICROSECOND,
  full_at = IF(full_at <= CURRENT_TIMESTAMP(3) + INTERVAL :#${variable.bucket.slackMicros} MICROSECOND,
    GREATEST(full_at, CURRENT_TIMESTAMP(3)) + INTERVAL :#${variable.bucket.tokenMicros} MICROSECOND, full_at)

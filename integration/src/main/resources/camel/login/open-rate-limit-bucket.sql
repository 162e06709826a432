-- Creates the bucket of a network that has no row, and takes a permit from it. Only version 0.1 reads the column admitted.
INSERT IGNORE INTO login_rates (network, full_at, admitted)
VALUES (:#${variable.rateLimitBucket.network}, CURRENT_TIMESTAMP(3) + INTERVAL :#${variable.rateLimitBucket.permitMicros} MICROSECOND, TRUE)

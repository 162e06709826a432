-- Counts a failed login and locks the account after too many; leaves an account that is already locked unchanged.
-- No assignment reads a column that an earlier one sets: databases differ in the value that it would read.
UPDATE users
SET locked_until = CURRENT_TIMESTAMP(3) + INTERVAL NULLIF(LEAST(:#${variable.lockPolicy.longestSeconds},
      :#${variable.lockPolicy.lockSeconds} * ((IF(last_failed_at > CURRENT_TIMESTAMP(3) - INTERVAL :#${variable.lockPolicy.keptSeconds} SECOND, failed_logins, 0) + 1)
        DIV :#${variable.lockPolicy.failures})), 0) SECOND,
    failed_logins = IF(last_failed_at > CURRENT_TIMESTAMP(3) - INTERVAL :#${variable.lockPolicy.keptSeconds} SECOND, failed_logins, 0) + 1,
    last_failed_at = CURRENT_TIMESTAMP(3),
    updated_at = CURRENT_TIMESTAMP(3)
WHERE id = :#${variable.user[userId]} AND locked_until IS NULL

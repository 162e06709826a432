-- Counts a failed login and locks the account when there are too many; a locked account stays as it is.
-- No assignment reads a column that an earlier one has set: databases differ in what it would read.
UPDATE users
SET locked_until = CURRENT_TIMESTAMP(3) + INTERVAL NULLIF(LEAST(:#${variable.policy.longestSeconds}, :#${variable.policy.lockSeconds}
      * ((IF(last_failed_at > CURRENT_TIMESTAMP(3) - INTERVAL :#${variable.policy.keptSeconds} SECOND, failed_logins, 0) + 1)
        DIV :#${variable.policy.failures})), 0) SECOND,
    failed_logins = IF(last_failed_at > CURRENT_TIMESTAMP(3) - INTERVAL :#${variable.policy.keptSeconds} SECOND, failed_logins, 0) + 1,
    last_failed_at = CURRENT_TIMESTAMP(3),
    updated_at = CURRENT_TIMESTAMP(3)
WHERE id = :#${variable.user[userId]} AND locked_until IS NULL

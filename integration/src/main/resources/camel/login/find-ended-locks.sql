-- Finds the accounts whose lock has expired.
SELECT id AS userId, username
FROM users
WHERE locked_until <= CURRENT_TIMESTAMP(3)
ORDER BY locked_until
LIMIT 1000

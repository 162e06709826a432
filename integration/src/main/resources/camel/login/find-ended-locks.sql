-- The accounts whose lock has ended, and not been taken off yet.
SELECT id AS userId, username
FROM users
WHERE locked_until <= CURRENT_TIMESTAMP(3)
ORDER BY locked_until
LIMIT 1000

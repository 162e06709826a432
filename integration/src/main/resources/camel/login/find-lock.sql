-- Reads whether an account is locked.
SELECT locked_until IS NOT NULL
FROM users
WHERE id = :#${variable.user[userId]}

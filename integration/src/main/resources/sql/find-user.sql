-- The user of a name or an e-mail address; where both exist, the name wins.
SELECT id AS userId, username, password_hash AS passwordHash
FROM users
WHERE username = :#${body.name} OR email = :#${body.name}
ORDER BY username = :#${body.name} DESC
LIMIT 1

-- Finds a user by user name or e-mail address; a matching user name takes precedence.
SELECT id AS userId, username, password_hash AS passwordHash, credential_version AS credentialVersion,
       locked_until IS NOT NULL AS locked, locked_until <= CURRENT_TIMESTAMP(3) AS lockEnded
FROM users
WHERE username = :#${variable.credentials.name} OR email = :#${variable.credentials.name}
ORDER BY username = :#${variable.credentials.name} DESC
LIMIT 1

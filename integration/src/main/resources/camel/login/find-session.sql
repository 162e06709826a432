-- Finds the session and the user of a valid access token.
SELECT t.id AS sessionId, u.id AS userId, u.username, u.email,
       CONCAT(LEFT(DATE_FORMAT(t.expires_at, '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z') AS tokenExpiresAt
FROM access_tokens t
JOIN users u ON u.id = t.user_id
WHERE t.token_hash = :#${variable.accessTokenHash} AND t.revoked_at IS NULL AND t.expires_at > CURRENT_TIMESTAMP(3)

-- Lists a user's open sessions: the caller's own first, then the newest.
SELECT id, CONCAT(LEFT(DATE_FORMAT(created_at, '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z') AS createdAt,
       CONCAT(LEFT(DATE_FORMAT(expires_at, '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z') AS expiresAt, ip_address AS ipAddress, user_agent AS userAgent
FROM access_tokens
WHERE user_id = :#${variable.session[userId]} AND revoked_at IS NULL AND expires_at > CURRENT_TIMESTAMP(3)
ORDER BY id = :#${variable.session[sessionId]} DESC, id DESC
LIMIT 1000

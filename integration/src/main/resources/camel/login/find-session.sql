-- The user of an access token that holds now.
SELECT t.id AS tokenId, u.id AS userId, u.username, u.email,
       CONCAT(LEFT(DATE_FORMAT(t.expires_at, '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z') AS tokenExpiresAt
FROM access_tokens t
JOIN users u ON u.id = t.user_id
WHERE t.token_hash = :#${variable.tokenHash} AND t.revoked_at IS NULL AND t.expires_at > CURRENT_TIMESTAMP(3)

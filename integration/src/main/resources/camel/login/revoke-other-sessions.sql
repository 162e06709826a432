-- Revokes every session of a user except the one of the request.
UPDATE access_tokens
SET revoked_at = CURRENT_TIMESTAMP(3)
WHERE user_id = :#${variable.session[userId]} AND id <> :#${variable.session[sessionId]}
  AND revoked_at IS NULL AND expires_at > CURRENT_TIMESTAMP(3)

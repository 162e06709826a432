-- Revokes a session if it is open and belongs to the user.
UPDATE access_tokens
SET revoked_at = CURRENT_TIMESTAMP(3)
WHERE id = :#${variable.sessionId} AND user_id = :#${variable.session[userId]} AND revoked_at IS NULL AND expires_at > CURRENT_TIMESTAMP(3)

-- Revokes every session of a user.
UPDATE access_tokens
SET revoked_at = CURRENT_TIMESTAMP(3)
WHERE user_id = :#${variable.session[userId]} AND revoked_at IS NULL AND expires_at > CURRENT_TIMESTAMP(3)

-- Revokes the access token of the request.
UPDATE access_tokens
SET revoked_at = CURRENT_TIMESTAMP(3)
WHERE id = :#${variable.session[sessionId]} AND revoked_at IS NULL

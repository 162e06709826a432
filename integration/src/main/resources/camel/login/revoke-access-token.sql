-- Ends an access token.
UPDATE access_tokens
SET revoked_at = CURRENT_TIMESTAMP(3)
WHERE id = :#${variable.session[tokenId]} AND revoked_at IS NULL

-- Inserts an access token without a user. The transaction is rolled back.
INSERT INTO access_tokens (user_id, token_hash, ip_address, created_at, expires_at)
VALUES (0, '', '', CURRENT_TIMESTAMP(3), CURRENT_TIMESTAMP(3))

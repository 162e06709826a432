-- The tokens that logins gave out. Only the SHA-256 of a token is here, so that a copy of the table opens nothing.
CREATE TABLE access_tokens (
  id         BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id    BIGINT      NOT NULL,
  token_hash BINARY(32)  NOT NULL,
  ip_address VARCHAR(45) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  revoked_at DATETIME(3) NULL,
  UNIQUE KEY access_tokens_token_hash (token_hash),
  KEY access_tokens_user_id (user_id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

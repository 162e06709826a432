-- Who may log in. The collation makes names and addresses case-insensitive, the same on TiDB and MariaDB.
CREATE TABLE users (
  id            BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  username      VARCHAR(256) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL,
  email         VARCHAR(256) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL,
  -- PHC string, such as $argon2id$v=19$m=19456,t=2,p=1$...
  password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  failed_logins INT          NOT NULL DEFAULT 0,
  locked_until  DATETIME(3)  NULL,
  created_at    DATETIME(3)  NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  updated_at    DATETIME(3)  NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  UNIQUE KEY users_username (username),
  UNIQUE KEY users_email (email)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The user of the first minute: admin, password admin123. Switched off by TIDEWATCH_SEED_USER=false.
INSERT INTO users (username, email, password_hash)
SELECT 'admin', 'admin@tidewatch.local', '$argon2id$v=19$m=19456,t=2,p=1$iPEZa9qIGMmy9/DaCNmdOw$yl7NRrQjCUZ7YpgA+3ICNsCwtJv7TZLWnTIyVMMkGNk'
FROM DUAL
WHERE '${seed-user}' = 'true'
  AND NOT EXISTS (SELECT 1 FROM users WHERE username = 'admin' OR email = 'admin@tidewatch.local');

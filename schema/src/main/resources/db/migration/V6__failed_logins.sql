-- When a login of the user failed last, so that old failures are forgotten; the index finds the locks that have ended.
ALTER TABLE users
  ADD COLUMN IF NOT EXISTS last_failed_at DATETIME(3) NULL,
  ADD KEY IF NOT EXISTS users_locked_until (locked_until);

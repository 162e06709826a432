-- When a login of the user failed last, so that old failures are forgotten; the index finds the locks that have ended.
ALTER TABLE users
  ADD COLUMN last_failed_at DATETIME(3) NULL,
  ADD KEY users_locked_until (locked_until);

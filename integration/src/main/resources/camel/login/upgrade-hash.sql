-- Replaces a user's hash by a stronger one of the same password, unless the password was changed.
UPDATE users
SET password_hash = :#${variable.newHash}
WHERE id = :#${variable.accessToken.userId} AND password_hash = :#${variable.user[passwordHash]}

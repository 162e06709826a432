-- Gives a user a stronger hash of the same password, unless the password has been changed meanwhile.
UPDATE users
SET password_hash = :#${variable.newHash}
WHERE id = :#${variable.token.userId} AND password_hash = :#${variable.user[passwordHash]}

-- Notes a login at its user; the lock on the row also puts the events of one user in order.
UPDATE users
SET failed_logins = 0, updated_at = CURRENT_TIMESTAMP(3)
WHERE id = :#${variable.token.userId}

-- Notes a login at its user, unless another request has locked the account or changed the password meanwhile; the lock on the row also puts
-- the events of one user in order.
UPDATE users
SET failed_logins = 0, last_failed_at = NULL, updated_at = CURRENT_TIMESTAMP(3)
WHERE id = :#${variable.token.userId} AND credential_version = :#${variable.user[credentialVersion]} AND locked_until IS NULL

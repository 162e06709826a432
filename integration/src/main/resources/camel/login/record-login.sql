-- Resets the failure count after a login, unless another request locked the account or changed the password.
-- The row lock also orders the events of a user.
UPDATE users
SET failed_logins = 0, last_failed_at = NULL, updated_at = CURRENT_TIMESTAMP(3)
WHERE id = :#${variable.accessToken.userId} AND credential_version = :#${variable.user[credentialVersion]} AND locked_until IS NULL

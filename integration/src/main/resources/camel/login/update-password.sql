-- Sets a new password, unless another request changed it or locked the account.
-- The new credential_version makes in-flight logins with the old password fail.
UPDATE users
SET password_hash = :#${variable.passwordHash}, credential_version = credential_version + 1, failed_logins = 0, last_failed_at = NULL,
    updated_at = CURRENT_TIMESTAMP(3)
WHERE id = :#${variable.user[userId]} AND credential_version = :#${variable.user[credentialVersion]} AND locked_until IS NULL

-- A change of the password raises it, so that a login that began with the old password opens nothing.
ALTER TABLE users ADD COLUMN credential_version INT NOT NULL DEFAULT 0;

-- The user event of the login that opened the session. Its row change carries it, and so do, by their commitTs, the others of that login.
ALTER TABLE access_tokens ADD COLUMN event_id CHAR(36) NULL;

-- What the client of a login called itself: its user knows a session by that.
ALTER TABLE access_tokens ADD COLUMN user_agent VARCHAR(512) NULL;

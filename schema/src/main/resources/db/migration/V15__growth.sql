-- Finds the open sessions of a user without reading the closed ones, of which a client that logs in often leaves many.
ALTER TABLE access_tokens ADD KEY IF NOT EXISTS access_tokens_open (user_id, revoked_at, expires_at);
ALTER TABLE access_tokens DROP KEY IF EXISTS access_tokens_user_id;
-- Finds an event of the same user before the id from which the relay reads.
ALTER TABLE outbox ADD KEY IF NOT EXISTS outbox_event_key (event_key, event_id);

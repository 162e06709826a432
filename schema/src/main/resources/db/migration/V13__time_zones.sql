-- TiDB deletes expired rows by comparing them with its global time zone, in which a DATETIME of this application (UTC) is another time.
-- A TIMESTAMP is the same time in every zone.
ALTER TABLE processed_events MODIFY COLUMN processed_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3);
ALTER TABLE access_tokens MODIFY COLUMN expires_at TIMESTAMP(3) NOT NULL;

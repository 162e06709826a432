-- TiDB deletes expired rows by comparing them with its global time zone, in which a DATETIME of this application (UTC) is another time.
-- A TIMESTAMP is the same time in every zone.
ALTER TABLE processed_events MODIFY COLUMN processed_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3);
-- A TIMESTAMP ends in 2038. Version 0.1.0 had no limit for the validity of a token.
UPDATE access_tokens SET expires_at = '2038-01-01 00:00:00' WHERE expires_at > '2038-01-01 00:00:00';
ALTER TABLE access_tokens MODIFY COLUMN expires_at TIMESTAMP(3) NOT NULL;

-- The outbox without AUTO_ID_CACHE 1, which needs TiDB's central id service: after a TiDB server was killed, every insert waited for the
-- service's lease to expire. The relay publishes in the order of event_id instead. TiDB can change neither that option nor the primary
-- key, so this is a new table. The old one is not renamed: a changefeed fails when a table gets a name that it captures.
CREATE TABLE IF NOT EXISTS outbox_by_event_id (
  -- UUIDv7: a later event of an instance has a larger one.
  event_id   CHAR(36)     NOT NULL PRIMARY KEY,
  topic      VARCHAR(249) NOT NULL,
  event_key  VARCHAR(256) NOT NULL,
  payload    TEXT         NOT NULL,
  created_at DATETIME(3)  NOT NULL
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

SET @is_old = EXISTS (SELECT 1 FROM information_schema.columns
  WHERE table_schema = DATABASE() AND table_name = 'outbox' AND column_name = 'id');

-- Inserts of instances of the previous version fail from here until the new table takes over: no event is written to the old one after
-- it has been copied.
SET @refuse_inserts = IF(@is_old, 'ALTER TABLE outbox ADD COLUMN IF NOT EXISTS copied INT NOT NULL', 'DO 0');
PREPARE refuse_inserts FROM @refuse_inserts;
EXECUTE refuse_inserts;

SET @copy_events = IF(@is_old, 'INSERT IGNORE INTO outbox_by_event_id (event_id, topic, event_key, payload, created_at)
  SELECT event_id, topic, event_key, payload, created_at FROM outbox', 'DO 0');
PREPARE copy_events FROM @copy_events;
EXECUTE copy_events;

SET @drop_old = IF(@is_old, 'DROP TABLE outbox', 'DO 0');
PREPARE drop_old FROM @drop_old;
EXECUTE drop_old;

-- Not if a start was killed after this statement: then the table above is a new, empty one.
SET @take_over = IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'outbox'),
  'DROP TABLE IF EXISTS outbox_by_event_id', 'RENAME TABLE outbox_by_event_id TO outbox');
PREPARE take_over FROM @take_over;
EXECUTE take_over;

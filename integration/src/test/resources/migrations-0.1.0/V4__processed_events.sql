-- For consumers that have to know an event that comes again: which ones each has dealt with.
CREATE TABLE processed_events (
  consumer     VARCHAR(100) NOT NULL,
  event_id     CHAR(36)     NOT NULL,
  processed_at DATETIME(3)  NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (consumer, event_id),
  KEY processed_events_processed_at (processed_at)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

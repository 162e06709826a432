-- Dead letters that have been sent back to their topic: the letters themselves stay in Kafka.
CREATE TABLE dead_letter_replays (
  topic       VARCHAR(249) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `partition` INT          NOT NULL,
  `offset`    BIGINT       NOT NULL,
  replayed_at DATETIME(3)  NOT NULL,
  PRIMARY KEY (topic, `partition`, `offset`),
  KEY dead_letter_replays_replayed_at (replayed_at)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Events on their way to Kafka: written in the transaction that they tell of, deleted when Kafka has acknowledged them.
-- The relay publishes in the order of id; AUTO_ID_CACHE 1 makes TiDB hand the ids out in one order for all of its servers.
CREATE TABLE outbox (
  id         BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  event_id   CHAR(36)     NOT NULL,
  topic      VARCHAR(249) NOT NULL,
  event_key  VARCHAR(256) NOT NULL,
  payload    TEXT         NOT NULL,
  created_at DATETIME(3)  NOT NULL,
  UNIQUE KEY outbox_event_id (event_id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin /*T![auto_id_cache] AUTO_ID_CACHE 1 */;

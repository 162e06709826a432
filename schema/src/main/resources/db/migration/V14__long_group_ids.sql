-- As long as a consumer group's id may be in Kafka.
ALTER TABLE processed_events MODIFY COLUMN consumer VARCHAR(255) NOT NULL;

-- Stores an event that a consumer group has processed, unless another instance has. The driver combines a batch into one statement.
INSERT INTO processed_events (consumer, event_id)
VALUES (:#consumer, :#eventId)
ON DUPLICATE KEY UPDATE event_id = event_id

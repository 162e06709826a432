-- Remembers an event that a consumer has dealt with, unless another instance has; sent as a batch, which the driver makes one statement of.
INSERT INTO processed_events (consumer, event_id)
VALUES (:#consumer, :#eventId)
ON DUPLICATE KEY UPDATE event_id = event_id

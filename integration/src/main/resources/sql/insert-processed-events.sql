-- Remembers an event that a consumer has dealt with; sent as a batch, which the driver makes one statement of.
INSERT INTO processed_events (consumer, event_id)
VALUES (:#consumer, :#eventId)

-- Stores an event in the outbox.
INSERT INTO outbox (event_id, topic, event_key, payload, created_at)
VALUES (:#${variable.event.eventId}, :#${variable.topic}, :#${variable.event.key}, :#${body}, :#${variable.event.timestamp})

-- Inserts an event without a topic into the outbox. The transaction is rolled back.
INSERT INTO outbox (event_id, topic, event_key, payload, created_at)
VALUES (UUID(), '', '', '', CURRENT_TIMESTAMP(3))

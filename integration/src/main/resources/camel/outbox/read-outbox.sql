-- Reads the oldest events of the outbox.
SELECT id, topic, event_key AS eventKey, payload
FROM outbox
ORDER BY id
LIMIT :#${variable.batchSize}

-- Reads the oldest events of the outbox: the ids are UUIDv7, in the order of their creation.
SELECT event_id AS eventId, topic, event_key AS eventKey, payload
FROM outbox
WHERE event_id >= :#${variable.firstId}
ORDER BY event_id
LIMIT :#${variable.batchSize}

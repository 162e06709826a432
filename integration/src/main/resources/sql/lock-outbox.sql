-- The oldest events of the outbox, held by this relay until it has published them.
SELECT id, topic, event_key AS eventKey, payload
FROM outbox
ORDER BY id
LIMIT :#${variable.batchSize}
FOR UPDATE

-- Takes the events out of the outbox that Kafka has acknowledged.
DELETE FROM outbox
WHERE id IN (:#in:${variable.published})

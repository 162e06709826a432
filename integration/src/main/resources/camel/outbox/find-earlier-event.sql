-- Finds an event that the read has not found and that belongs before one that it has found: of the same user, with a smaller id.
SELECT event_id
FROM outbox FORCE INDEX (outbox_event_key)
WHERE event_key IN (:#in:${variable.keys}) AND event_id < :#${variable.firstId}
LIMIT 1

-- Deletes events from the outbox. Until the transaction ends, another relay waits at this statement.
DELETE FROM outbox
WHERE event_id IN (:#in:${variable.ids})

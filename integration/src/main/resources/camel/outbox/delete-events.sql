-- Deletes events from the outbox. Until the transaction ends, another relay waits at this statement.
DELETE FROM outbox
WHERE id IN (:#in:${variable.ids})

-- Takes events out of the outbox; until the transaction ends, another relay waits here.
DELETE FROM outbox
WHERE id IN (:#in:${variable.ids})

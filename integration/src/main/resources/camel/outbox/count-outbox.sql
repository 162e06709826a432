-- Counts the events in the outbox, up to 100000: after a long outage a full count would scan for long.
SELECT COUNT(*) FROM (SELECT 1 FROM outbox LIMIT 100000) AS waiting

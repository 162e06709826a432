-- Counts the events in the outbox, up to 100000: after a long outage a full count would scan for long.
SELECT COUNT(*) AS waiting, MIN(event_id) AS firstId
FROM (SELECT event_id FROM outbox WHERE event_id >= :#${variable.firstId} ORDER BY event_id LIMIT 100000) AS events

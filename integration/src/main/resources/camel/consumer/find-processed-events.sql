-- Which events a consumer has dealt with.
SELECT event_id AS eventId
FROM processed_events
WHERE consumer = :#${variable.poll.groupId} AND event_id IN (:#in:${variable.eventIds})

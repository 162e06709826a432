-- Finds the events that a consumer group has processed.
SELECT event_id AS eventId
FROM processed_events
WHERE consumer = :#${variable.poll.groupId} AND event_id IN (:#in:${variable.eventIds})

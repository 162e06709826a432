-- Counts the replayed dead letters of a range. A replay before its first dead letter was written belongs to a deleted topic.
SELECT COUNT(*)
FROM dead_letter_replays
WHERE topic = :#${body.topic} AND `partition` = :#${body.partition} AND `offset` BETWEEN :#${body.first} AND :#${body.last}
  AND replayed_at >= :#${body.since}

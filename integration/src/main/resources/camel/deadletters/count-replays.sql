-- How many letters of a range have been replayed; what was replayed before its first letter was written is of a topic that was deleted.
SELECT COUNT(*)
FROM dead_letter_replays
WHERE topic = :#${body.topic} AND `partition` = :#${body.partition} AND `offset` BETWEEN :#${body.first} AND :#${body.last}
  AND replayed_at >= :#${body.since}

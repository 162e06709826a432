-- Finds the replayed dead letters of a range.
SELECT topic, `partition`, `offset`, replayed_at AS replayedAt
FROM dead_letter_replays
WHERE topic = :#${body.topic} AND `partition` = :#${body.partition} AND `offset` BETWEEN :#${body.first} AND :#${body.last}

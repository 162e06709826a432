-- Locks a topic against other replays until the transaction ends, with a row that represents the whole topic.
INSERT INTO dead_letter_replays (topic, `partition`, `offset`, replayed_at)
VALUES (:#${variable.replay.topic}, -1, -1, CURRENT_TIMESTAMP(3))
ON DUPLICATE KEY UPDATE replayed_at = VALUES(replayed_at)

-- Keeps other replays of a topic off until the transaction ends; the row stands for the whole topic.
INSERT INTO dead_letter_replays (topic, `partition`, `offset`, replayed_at)
VALUES (:#${variable.replay.topic}, -1, -1, CURRENT_TIMESTAMP(3))
ON DUPLICATE KEY UPDATE replayed_at = VALUES(replayed_at)

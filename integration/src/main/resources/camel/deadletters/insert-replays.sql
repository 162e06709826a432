-- Stores that a dead letter was replayed. An existing row belongs to a deleted topic.
INSERT INTO dead_letter_replays (topic, `partition`, `offset`, replayed_at)
VALUES (:#topic, :#partition, :#offset, :#replayedAt)
ON DUPLICATE KEY UPDATE replayed_at = VALUES(replayed_at)

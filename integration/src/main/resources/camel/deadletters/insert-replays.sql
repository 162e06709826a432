-- Notes letters as replayed; a row that is there already is of a topic that was deleted.
INSERT INTO dead_letter_replays (topic, `partition`, `offset`, replayed_at)
VALUES (:#topic, :#partition, :#offset, :#replayedAt)
ON DUPLICATE KEY UPDATE replayed_at = VALUES(replayed_at)

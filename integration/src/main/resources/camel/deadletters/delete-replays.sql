-- Deletes a batch of the replays before a time.
DELETE FROM dead_letter_replays
WHERE replayed_at < :#${variable.before}
ORDER BY replayed_at
LIMIT 10000

-- Forgets letters that were replayed before a time, some at once.
DELETE FROM dead_letter_replays
WHERE replayed_at < :#${variable.before}
LIMIT 10000

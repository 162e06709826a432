-- How many events wait in the outbox, 100000 at most, so that a long outage costs no long scan.
SELECT COUNT(*) FROM (SELECT 1 FROM outbox LIMIT 100000) AS waiting

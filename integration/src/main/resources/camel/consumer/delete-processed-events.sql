-- Forgets the oldest events that were dealt with long ago. On TiDB, which alone reads the comment inside, the table's TTL does it.
DELETE FROM processed_events
WHERE processed_at < CURRENT_TIMESTAMP(3) - INTERVAL :#${variable.hours} HOUR /*T! AND FALSE */
ORDER BY processed_at
LIMIT 10000

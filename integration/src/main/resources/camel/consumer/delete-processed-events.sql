-- Deletes the oldest processed events. On TiDB, the executable comment disables this, because the TTL of the table does it.
DELETE FROM processed_events
WHERE processed_at < CURRENT_TIMESTAMP(3) - INTERVAL :#${variable.hours} HOUR /*T! AND FALSE */
ORDER BY processed_at
LIMIT 10000

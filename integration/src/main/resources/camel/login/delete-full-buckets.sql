-- Deletes full rate-limit buckets: a network without a row has a full bucket. In this order, TiDB reads the index and not the table.
DELETE FROM login_rates
WHERE full_at <= CURRENT_TIMESTAMP(3)
ORDER BY full_at
LIMIT 10000

-- Deletes full rate-limit buckets: a network without a row has a full bucket.
DELETE FROM login_rates
WHERE full_at <= CURRENT_TIMESTAMP(3)
LIMIT 10000

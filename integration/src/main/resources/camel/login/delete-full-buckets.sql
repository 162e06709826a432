-- Forgets networks whose bucket is full: without a row it is full, too.
DELETE FROM login_rates
WHERE full_at <= CURRENT_TIMESTAMP(3)
LIMIT 10000

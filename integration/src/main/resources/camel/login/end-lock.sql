-- Takes the lock off an account when it has ended, and no one else has taken it off. The failures before it still count.
UPDATE users
SET locked_until = NULL, updated_at = CURRENT_TIMESTAMP(3)
WHERE id = :#${variable.user[userId]} AND locked_until <= CURRENT_TIMESTAMP(3)

-- Removes an expired lock unless another instance did. Earlier failures still count.
UPDATE users
SET locked_until = NULL, updated_at = CURRENT_TIMESTAMP(3)
WHERE id = :#${variable.user[userId]} AND locked_until <= CURRENT_TIMESTAMP(3)

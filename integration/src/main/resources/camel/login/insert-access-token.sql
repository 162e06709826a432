-- Stores the hash of an access token, never the token, and the id of the login event.
INSERT INTO access_tokens (user_id, token_hash, ip_address, user_agent, created_at, expires_at, event_id)
VALUES (:#${variable.accessToken.userId}, :#${variable.accessToken.hash}, :#${variable.caller.ipAddress}, :#${variable.caller.userAgent},
  :#${variable.accessToken.issuedAt}, :#${variable.accessToken.expiresAt}, :#${variable.event.eventId})

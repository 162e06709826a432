-- Keeps what is needed to know an access token again, which is not the token, and the event of the login.
INSERT INTO access_tokens (user_id, token_hash, ip_address, user_agent, created_at, expires_at, event_id)
VALUES (:#${variable.token.userId}, :#${variable.token.hash}, :#${variable.caller.ipAddress}, :#${variable.caller.userAgent},
  :#${variable.token.issuedAt}, :#${variable.token.expiresAt}, :#${variable.event.eventId})

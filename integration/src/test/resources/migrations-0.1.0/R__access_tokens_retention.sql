-- How long access_tokens keeps a token that has expired. TiDB deletes what is older by itself; elsewhere it stays.
ALTER TABLE access_tokens
  COMMENT = 'keeps tokens for ${access-tokens-hours} hours after they have expired'
  /*T![ttl] TTL = expires_at + INTERVAL ${access-tokens-hours} HOUR TTL_ENABLE = 'ON' TTL_JOB_INTERVAL = '1h' */;

-- How long processed_events remembers. TiDB deletes what is older by itself; elsewhere the route trim-processed-events does.
ALTER TABLE processed_events
  COMMENT = 'remembers events for ${processed-events-hours} hours'
  /*T![ttl] TTL = processed_at + INTERVAL ${processed-events-hours} HOUR TTL_ENABLE = 'ON' TTL_JOB_INTERVAL = '1h' */;

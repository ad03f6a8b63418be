-- access(5), on the usage database: whether all mailboxes of a domain together are at its limit.
SELECT coalesce((
    SELECT '452 4.2.2 The mailboxes of this domain are full'
    FROM domain_limit JOIN domain_usage ON domain_usage.domain = domain_limit.target
    WHERE domain_limit.domain = substr(lower('{address}'), instr('{address}', '@') + 1)
        AND domain_usage.bytes >= domain_limit.quota
), 'DUNNO')

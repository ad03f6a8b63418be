-- transport(5): the next hop of a domain, in brackets so that no MX record is asked for. A lone colon changes nothing, and
-- keeps Postfix from asking for parts of the address.
SELECT coalesce((
    SELECT CASE WHEN domain.kind = 'relay' THEN 'relay' ELSE 'smtp' END || ':[' || transport.host || ']:' || transport.port
    FROM transport LEFT JOIN domain ON domain.name = transport.domain_name
    WHERE transport.domain_name = substr(lower('{address}'), instr('{address}', '@') + 1)
), ':')

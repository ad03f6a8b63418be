-- relay_recipient_maps: the known recipients; @domain where the next hop is asked instead.
SELECT relay_recipient.address
FROM relay_recipient JOIN domain ON domain.id = relay_recipient.domain_id
WHERE relay_recipient.address = lower('{address}') AND domain.kind = 'relay' AND domain.active
UNION
SELECT '@' || name
FROM domain
WHERE name = substr(lower('{address}'), 2) AND instr('{address}', '@') = 1
    AND kind = 'relay' AND recipients = 'verify' AND active

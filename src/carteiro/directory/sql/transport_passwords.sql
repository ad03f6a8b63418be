-- smtp_sasl_password_maps: the credentials of a next hop, spelt as `transports` spells it.
SELECT username || ':' || password
FROM transport
WHERE '[' || host || ']:' || port = lower('{address}') AND username <> ''
LIMIT 1

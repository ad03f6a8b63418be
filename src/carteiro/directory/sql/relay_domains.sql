-- Domains held for another host, inactive ones too.
SELECT name FROM domain WHERE name = lower('{address}') AND kind = 'relay'

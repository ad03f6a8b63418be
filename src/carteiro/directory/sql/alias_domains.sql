-- Domains that stand for another one, inactive ones too.
SELECT name FROM domain WHERE name = lower('{address}') AND kind = 'alias'

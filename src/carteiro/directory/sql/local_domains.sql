-- Domains with mailboxes here and those that stand for another one, inactive ones too: their mail is refused with the
-- reason, not sent elsewhere.
SELECT name FROM domain WHERE name = lower('{address}') AND kind <> 'relay'

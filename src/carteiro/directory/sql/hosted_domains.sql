-- Domains with mailboxes here, inactive ones too: their mail is refused with the reason, not sent elsewhere.
SELECT name FROM domain WHERE name = lower('{address}') AND kind = 'hosted'

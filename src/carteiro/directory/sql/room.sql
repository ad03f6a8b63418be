-- For a mailbox whose mail just stays there, of a domain that is not paused: 1 where no limit is near, so that none
-- need be asked about; else 0. What the worker found counts as long as it goes on looking.
SELECT domain.quota IS NULL AND (mailbox.quota = 0 AND mailbox.quota_messages = 0
    OR mailbox.room IS 1 AND EXISTS (SELECT 1 FROM look WHERE abs(unixepoch() - look.at) < 3600))
FROM mailbox JOIN domain ON domain.id = mailbox.domain_id
WHERE mailbox.address = lower('{address}') AND mailbox.active AND domain.active AND NOT domain.paused
    AND NOT EXISTS (SELECT 1 FROM alias WHERE alias.address = mailbox.address AND alias.active)

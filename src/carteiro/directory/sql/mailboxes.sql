-- Mailboxes whose mail just stays there, themselves as the value: a fast first answer before `routes`,
-- which Postfix would compile anew at each look-up at six times the cost.
SELECT mailbox.address
FROM mailbox JOIN domain ON domain.id = mailbox.domain_id
WHERE mailbox.address = lower('{address}') AND mailbox.active AND domain.active
    AND NOT EXISTS (SELECT 1 FROM alias WHERE alias.address = mailbox.address AND alias.active)

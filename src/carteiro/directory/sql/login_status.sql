-- access(5) on the SASL login. A token is not checked against the accounts when it logs in, so this is where the
-- token of somebody who was switched off meanwhile stops.
SELECT 'REJECT This login may not send mail'
WHERE NOT EXISTS (
    SELECT 1 FROM mailbox JOIN domain ON domain.id = mailbox.domain_id
    WHERE mailbox.address = lower('{address}') AND mailbox.active AND mailbox.smtp AND domain.active)

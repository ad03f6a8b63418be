-- userdb: where a mailbox lives and what it may hold. A login protocol that is switched off finds nothing (tokens pass no
-- passdb); doveadm finds inactive mailboxes too, so that they can be measured, kept and moved. The quota policy service
-- finds here what needs no more looking; the rest is for `quota_user`, which comes after.
SELECT mailbox.address AS user, mailbox.home AS home, mailbox.quota AS quota_bytes,
    mailbox.quota_messages AS quota_messages, domain.quota IS NOT NULL AS count_usage
FROM mailbox JOIN domain ON domain.id = mailbox.domain_id
WHERE mailbox.address = '{address}'
    AND CASE '{protocol}'
        WHEN 'imap' THEN mailbox.active AND domain.active AND mailbox.imap
        WHEN 'pop3' THEN mailbox.active AND domain.active AND mailbox.pop3
        WHEN 'sieve' THEN mailbox.active AND domain.active AND mailbox.sieve
        WHEN 'doveadm' THEN 1
        WHEN 'quota-status' THEN mailbox.active AND domain.active AND NOT EXISTS (
            SELECT 1 FROM alias WHERE alias.address = mailbox.address AND alias.active)
        ELSE mailbox.active AND domain.active
    END

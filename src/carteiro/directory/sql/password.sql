-- passdb: the login's password hash, if the login may use the protocol, with what the userdb would say.
SELECT mailbox.address AS user, mailbox.password AS password, mailbox.home AS home, mailbox.quota AS quota_bytes,
    mailbox.quota_messages AS quota_messages, domain.quota IS NOT NULL AS count_usage
FROM mailbox JOIN domain ON domain.id = mailbox.domain_id
WHERE mailbox.address = '{address}' AND mailbox.active AND domain.active
    AND CASE '{protocol}'
        WHEN 'imap' THEN mailbox.imap
        WHEN 'pop3' THEN mailbox.pop3
        WHEN 'smtp' THEN mailbox.smtp
        WHEN 'sieve' THEN mailbox.sieve
    END

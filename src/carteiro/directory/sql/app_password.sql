-- passdb before the main one: the digest of the given password is what is looked up. Both the mailbox and the
-- app password have to be good for the protocol.
SELECT mailbox.address AS user, NULL AS password, 'Y' AS nopassword, mailbox.home AS home, mailbox.quota AS quota_bytes,
    mailbox.quota_messages AS quota_messages, domain.quota IS NOT NULL AS count_usage
FROM app_password AS app
JOIN mailbox ON mailbox.id = app.mailbox_id
JOIN domain ON domain.id = mailbox.domain_id
WHERE app.digest = '{password_sha256}' AND mailbox.address = '{address}' AND mailbox.active AND domain.active
    AND CASE '{protocol}'
        WHEN 'imap' THEN mailbox.imap AND app.imap
        WHEN 'pop3' THEN mailbox.pop3 AND app.pop3
        WHEN 'smtp' THEN mailbox.smtp AND app.smtp
        WHEN 'sieve' THEN mailbox.sieve AND app.sieve
    END

-- userdb of the quota policy service: the one mailbox in which mail for an address ends, so that mail to an alias
-- of a full mailbox is refused while the sender still waits. An address with several ends finds nothing.
SELECT mailbox.address AS user, mailbox.home AS home, mailbox.quota AS quota_bytes,
    mailbox.quota_messages AS quota_messages, domain.quota IS NOT NULL AS count_usage
FROM walk
JOIN mailbox ON mailbox.address = walk.local || '@' || walk.domain
JOIN domain ON domain.id = mailbox.domain_id
WHERE '{protocol}' = 'quota-status' AND walk.ended = 1
    AND 1 = (SELECT count(DISTINCT ended.local || '@' || ended.domain) FROM walk AS ended WHERE ended.ended = 1)
LIMIT 1

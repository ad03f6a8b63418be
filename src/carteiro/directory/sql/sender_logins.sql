-- smtpd_sender_login_maps: who may send as the key. Every mailbox on the way of the address may, also one that
-- forwards its mail; so may who was granted the address, or its whole domain by @domain.
SELECT mailbox.address
FROM walk
JOIN mailbox ON mailbox.address = walk.local || '@' || walk.domain
JOIN domain ON domain.id = mailbox.domain_id
WHERE mailbox.active AND mailbox.smtp AND domain.active
UNION
SELECT mailbox.address
FROM walk
JOIN sender_grant ON sender_grant.address IN (
    walk.local || '@' || walk.domain,
    substr(walk.local, 1, instr(walk.local || '+', '+') - 1) || '@' || walk.domain,
    '@' || walk.domain)
JOIN mailbox ON mailbox.id = sender_grant.mailbox_id
JOIN domain ON domain.id = mailbox.domain_id
LEFT JOIN domain AS sender ON sender.name = walk.domain
WHERE walk.ended = -1 AND mailbox.active AND mailbox.smtp AND domain.active AND sender.active IS NOT 0

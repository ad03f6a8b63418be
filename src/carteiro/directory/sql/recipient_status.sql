-- access(5): why an address takes no mail, else DUNNO, so that Postfix does not ask for parts of the address.
SELECT coalesce((
    SELECT CASE
        WHEN NOT here.active OR other.active = 0 THEN '550 5.2.1 Mail for this domain is switched off'
        WHEN here.paused OR other.paused THEN '450 4.2.1 Mail for this domain is paused; try again later'
        WHEN mailbox.active = 0 THEN '550 5.2.1 This mailbox is switched off'
        WHEN mailbox.id IS NULL AND alias.active = 0 THEN '550 5.2.1 This address is switched off'
        WHEN mailbox.id IS NULL AND alias.id IS NULL AND untagged_mailbox.active = 0
            THEN '550 5.2.1 This mailbox is switched off'
        WHEN mailbox.id IS NULL AND alias.id IS NULL AND untagged_mailbox.id IS NULL AND untagged_alias.active = 0
            THEN '550 5.2.1 This address is switched off'
        WHEN here.kind = 'relay' AND here.recipients = 'verify' THEN 'reject_unverified_recipient'
    END
    FROM (
        SELECT local, substr(local, 1, instr(local || '+', '+') - 1) AS untagged, domain
        FROM (
            SELECT substr(address, 1, instr(address, '@') - 1) AS local, substr(address, instr(address, '@') + 1) AS domain
            FROM (SELECT lower('{address}') AS address))
    ) AS input
    JOIN domain AS here ON here.name = input.domain
    LEFT JOIN domain AS other ON other.id = here.target_id
    LEFT JOIN mailbox ON mailbox.address = input.local || '@' || coalesce(other.name, here.name)
    LEFT JOIN alias ON alias.address = input.local || '@' || coalesce(other.name, here.name)
    LEFT JOIN mailbox AS untagged_mailbox
        ON untagged_mailbox.address = input.untagged || '@' || coalesce(other.name, here.name)
    LEFT JOIN alias AS untagged_alias
        ON untagged_alias.address = input.untagged || '@' || coalesce(other.name, here.name) AND input.untagged <> ''
    LIMIT 1
), 'DUNNO')

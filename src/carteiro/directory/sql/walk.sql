-- Where mail for an address goes. Every query that needs it starts with this text.
--
-- A row is a place on the way: ended = -1 is the address asked for, 0 a place passed, 1 an end, that is a mailbox here or
-- an address elsewhere. From a place the way goes on to: the same local part in an alias domain's target; each target of
-- an active alias; from user+tag@ without an entry of its own to user@; from a local part without any entry to the
-- catch-all, a place with an empty local part. What is inactive leads nowhere, but an inactive alias of a mailbox's own
-- address is a forwarding switched off. `tag` is the detail of user+tag@ (RFC 5233): the mailbox itself gets it, the
-- targets of an alias do not. UNION takes each place once: a loop stops by itself, and a place that leads
-- nowhere leads to itself.
WITH RECURSIVE walk (local, domain, tag, ended) AS (
    SELECT substr(address, 1, instr(address, '@') - 1), substr(address, instr(address, '@') + 1), '', -1
    FROM (SELECT lower('{address}') AS address)
    WHERE instr(address, '@') > 1
  UNION
    SELECT
        CASE
            WHEN here.kind IS NOT 'hosted' THEN walk.local
            WHEN mailbox.id IS NOT NULL OR alias.id IS NOT NULL THEN coalesce(target.local, walk.local)
            WHEN instr(walk.local, '+') > 1 THEN substr(walk.local, 1, instr(walk.local, '+') - 1)
            ELSE ''
        END,
        coalesce(other.name, target.domain, walk.domain),
        CASE
            WHEN mailbox.address = coalesce(target.address, mailbox.address) THEN walk.tag
            WHEN here.kind = 'hosted' AND mailbox.id IS NULL AND alias.id IS NULL AND instr(walk.local, '+') > 1
                THEN substr(walk.local, instr(walk.local, '+'))
            ELSE ''
        END,
        (here.id IS NULL OR here.kind = 'relay' OR mailbox.address = coalesce(target.address, mailbox.address)) IS TRUE
    FROM walk
    LEFT JOIN domain AS here ON here.name = walk.domain
    LEFT JOIN domain AS other ON other.id = here.target_id
    LEFT JOIN mailbox ON mailbox.address = walk.local || '@' || walk.domain
    LEFT JOIN alias ON alias.address = walk.local || '@' || walk.domain
    LEFT JOIN alias_target AS target ON target.alias_id = alias.id AND alias.active
    WHERE walk.ended < 1 AND here.active IS NOT 0 AND mailbox.active IS NOT 0
        AND (walk.ended = 0 OR here.kind <> 'relay')
)

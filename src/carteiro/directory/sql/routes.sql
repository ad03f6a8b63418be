-- virtual(5): all the places where mail for the key ends. max(tag): through a nested alias a mailbox may be
-- reached with and without the tag, and gets the message once.
SELECT local || max(tag) || '@' || domain FROM walk WHERE ended = 1 GROUP BY local, domain

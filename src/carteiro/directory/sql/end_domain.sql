-- The domain whose quota in all counts for an address, as @domain for `domain_full`: the one in which all its mail ends, so
-- that an alias elsewhere does not get round it, else the address's own, as some of its members may still have room.
SELECT CASE count(DISTINCT domain) WHEN 1 THEN '@' || min(domain) ELSE lower('{address}') END FROM walk WHERE ended = 1

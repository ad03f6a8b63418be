-- What mailboxes use, written by Dovecot (quota_clone) for those of domains with a quota in all, and what these
-- domains may use, written by the projector. Triggers keep the sums, so that a look-up reads two rows.

CREATE TABLE usage (
    address TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL DEFAULT 0,
    messages INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE domain_usage (
    domain TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE domain_limit (
    domain TEXT PRIMARY KEY,            -- the domain itself, or an alias domain that stands for it
    target TEXT NOT NULL,
    quota INTEGER NOT NULL              -- bytes
) WITHOUT ROWID;

-- Dovecot says INSERT … ON CONFLICT DO UPDATE: the one or the other of the first two fires, never both.
CREATE TRIGGER usage_insert AFTER INSERT ON usage BEGIN
    INSERT INTO domain_usage VALUES (substr(NEW.address, instr(NEW.address, '@') + 1), NEW.bytes)
    ON CONFLICT (domain) DO UPDATE SET bytes = bytes + NEW.bytes;
END;
CREATE TRIGGER usage_update AFTER UPDATE OF bytes ON usage BEGIN
    UPDATE domain_usage SET bytes = bytes - OLD.bytes + NEW.bytes
    WHERE domain = substr(NEW.address, instr(NEW.address, '@') + 1);
END;
CREATE TRIGGER usage_delete AFTER DELETE ON usage BEGIN
    UPDATE domain_usage SET bytes = bytes - OLD.bytes
    WHERE domain = substr(OLD.address, instr(OLD.address, '@') + 1);
END;

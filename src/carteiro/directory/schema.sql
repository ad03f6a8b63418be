-- The projection of the accounts that Postfix and Dovecot read: what look-ups need and nothing more.
-- Rows carry the ids of the accounts database. Names are not UNIQUE here: while a batch of changes is applied,
-- two rows may hold one address for a moment (ana becomes eva, bob becomes ana); the accounts database sees to it.

CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    accounts TEXT NOT NULL,             -- the identity of the accounts database that this projects
    position INTEGER NOT NULL,          -- the number of the last change in here
    told INTEGER NOT NULL               -- whether the usage database knows the limits of that position
) STRICT;

CREATE TABLE domain (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('hosted', 'relay', 'alias')),
    target_id INTEGER,                  -- of an alias domain
    active INTEGER NOT NULL,
    paused INTEGER NOT NULL,            -- its mail is put off
    quota INTEGER,                      -- bytes in all; NULL is no limit
    recipients TEXT NOT NULL            -- of a relay domain: 'list' or 'verify'
) STRICT;
CREATE INDEX domain_name ON domain (name);
CREATE INDEX domain_target ON domain (target_id);

CREATE TABLE relay_recipient (
    id INTEGER PRIMARY KEY,
    domain_id INTEGER NOT NULL,
    address TEXT NOT NULL
) STRICT;
CREATE INDEX relay_recipient_address ON relay_recipient (address);
CREATE INDEX relay_recipient_domain ON relay_recipient (domain_id);

CREATE TABLE mailbox (
    id INTEGER PRIMARY KEY,
    address TEXT NOT NULL,
    domain_id INTEGER NOT NULL,
    password TEXT NOT NULL,             -- {SCHEME}hash
    active INTEGER NOT NULL,
    quota INTEGER NOT NULL,             -- bytes; 0 is unlimited
    quota_messages INTEGER NOT NULL,    -- 0 is unlimited
    imap INTEGER NOT NULL,
    pop3 INTEGER NOT NULL,
    smtp INTEGER NOT NULL,
    sieve INTEGER NOT NULL,
    home TEXT NOT NULL,                 -- the directory's name, for life
    -- Not projected but found out by the worker: 1 is far from its limits, 0 near; NULL, as after each change, unknown.
    room INTEGER
) STRICT;
CREATE INDEX mailbox_address ON mailbox (address);

CREATE TABLE look (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at INTEGER NOT NULL                 -- when the worker last looked for room, seconds since 1970
) STRICT;

CREATE TABLE alias (
    id INTEGER PRIMARY KEY,
    address TEXT NOT NULL,              -- '@domain' is a catch-all
    domain_id INTEGER NOT NULL,
    active INTEGER NOT NULL
) STRICT;
CREATE INDEX alias_address ON alias (address);

CREATE TABLE alias_target (
    alias_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    address TEXT NOT NULL,
    local TEXT AS (substr(address, 1, instr(address, '@') - 1)),
    domain TEXT AS (substr(address, instr(address, '@') + 1)),
    PRIMARY KEY (alias_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE app_password (
    id INTEGER PRIMARY KEY,
    mailbox_id INTEGER NOT NULL,
    digest TEXT NOT NULL,               -- SHA-256, hex
    imap INTEGER NOT NULL,
    pop3 INTEGER NOT NULL,
    smtp INTEGER NOT NULL,
    sieve INTEGER NOT NULL
) STRICT;
CREATE INDEX app_password_digest ON app_password (digest);
CREATE INDEX app_password_mailbox ON app_password (mailbox_id);

CREATE TABLE sender_grant (
    id INTEGER PRIMARY KEY,
    mailbox_id INTEGER NOT NULL,
    address TEXT NOT NULL
) STRICT;
CREATE INDEX sender_grant_address ON sender_grant (address);
CREATE INDEX sender_grant_mailbox ON sender_grant (mailbox_id);

CREATE TABLE transport (
    id INTEGER PRIMARY KEY,
    domain_name TEXT NOT NULL,
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    username TEXT NOT NULL,
    password TEXT NOT NULL
) STRICT;
CREATE INDEX transport_domain ON transport (domain_name);
CREATE INDEX transport_host ON transport (host);

"""A directory filled by plain SQL, so that the queries are tested without the accounts."""

from dataclasses import dataclass, field

import apsw

from carteiro.directory import queries

HASH = "{ARGON2ID}$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g"


@dataclass
class Rows:
    """Puts objects into a directory and asks its queries as an engine does, quotes doubled."""

    connection: apsw.Connection
    domains: dict[str, int] = field(default_factory=dict)

    def domain(
        self,
        name: str,
        kind: str = "hosted",
        *,
        target: str | None = None,
        active: bool = True,
        paused: bool = False,
        quota: int | None = None,
        recipients: str = "list",
    ) -> int:
        target_id = self.domains[target] if target else None
        self.domains[name] = self._insert("domain", None, name, kind, target_id, active, paused, quota, recipients)
        return self.domains[name]

    def mailbox(
        self,
        address: str,
        *,
        active: bool = True,
        quota: int = 0,
        messages: int = 0,
        imap: bool = True,
        pop3: bool = True,
        smtp: bool = True,
        sieve: bool = True,
        password: str = HASH,
        room: int | None = None,
    ) -> int:
        domain_id = self.domains[address.partition("@")[2]]
        home = f"{len(address):032x}"
        row = (address, domain_id, password, active, quota, messages, imap, pop3, smtp, sieve, home, room)
        return self._insert("mailbox", None, *row)

    def alias(self, address: str, *targets: str, active: bool = True) -> int:
        alias_id = self._insert("alias", None, address, self.domains[address.partition("@")[2]], active)
        for position, target in enumerate(targets):
            self._insert("alias_target", alias_id, position, target)
        return alias_id

    def relay_recipient(self, address: str) -> None:
        self._insert("relay_recipient", None, self.domains[address.partition("@")[2]], address)

    def app_password(self, mailbox_id: int, digest: str, **protocols: bool) -> None:
        flags = (protocols.get(name, False) for name in ("imap", "pop3", "smtp", "sieve"))
        self._insert("app_password", None, mailbox_id, digest, *flags)

    def grant(self, mailbox_id: int, address: str) -> None:
        self._insert("sender_grant", None, mailbox_id, address)

    def looked(self) -> None:
        """The worker did, just now."""
        self.connection.execute("INSERT INTO look VALUES (1, unixepoch())")

    def transport(self, domain: str, host: str, port: int = 25, username: str = "", password: str = "") -> None:
        self._insert("transport", None, domain, host, port, username, password)

    def ask(self, name: str, address: str, protocol: str = "", digest: str = "") -> list[dict[str, object]]:
        query = queries.text(name)
        for place, value in (("address", address), ("protocol", protocol), ("password_sha256", digest)):
            query = query.replace(f"{{{place}}}", value.replace("'", "''"))
        cursor = self.connection.execute(query)
        return [dict(zip((column[0] for column in cursor.get_description()), row, strict=True)) for row in cursor]

    def values(self, name: str, address: str) -> set[str]:
        """What Postfix gets: the first column."""
        return {str(next(iter(row.values()))) for row in self.ask(name, address)}

    def _insert(self, table: str, *values: object) -> int:
        places = ", ".join("?" for _ in values)
        names = " (alias_id, position, address)" if table == "alias_target" else ""
        self.connection.execute(f"INSERT INTO {table}{names} VALUES ({places})", values)
        return self.connection.last_insert_rowid()

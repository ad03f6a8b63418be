"""The hand-built host that Carteiro replaces: Postfix with MySQL maps, virtual(8) writing Maildirs (Courier's way)."""

import shutil
import subprocess
import time
from pathlib import Path

from bench.peers import postfix
from bench.processes import Children
from bench.setup import DOMAINS, Plan, addresses

# The tables of PostfixAdmin, as far as delivery asks them.
_SCHEMA = """
CREATE DATABASE postfix; USE postfix;
CREATE TABLE domain (domain VARCHAR(255) PRIMARY KEY, backupmx TINYINT, active TINYINT);
CREATE TABLE mailbox (username VARCHAR(255) PRIMARY KEY, password VARCHAR(255), maildir VARCHAR(255), quota BIGINT,
    active TINYINT);
CREATE TABLE alias (address VARCHAR(255) PRIMARY KEY, goto TEXT, active TINYINT);
CREATE USER postfix@localhost IDENTIFIED BY 'postfix'; GRANT SELECT ON postfix.* TO postfix@localhost;
"""
_QUERIES = {
    "virtual_mailbox_domains": "SELECT domain FROM domain WHERE domain='%s' AND backupmx=0 AND active=1",
    "relay_domains": "SELECT domain FROM domain WHERE domain='%s' AND backupmx=1",
    "virtual_alias_maps": "SELECT goto FROM alias WHERE address='%s' AND active=1",
    "virtual_mailbox_maps": "SELECT maildir FROM mailbox WHERE username='%s' AND active=1",
}


class OldHost:
    """Postfix, virtual(8), a private mariadbd."""

    def __init__(self, plan: Plan, address: str) -> None:
        self.name = "old host: virtual(8), MySQL maps"
        self.address = address
        self._plan = plan
        self._top = plan.work / "old-host"
        self.mail = self._top / "mail"
        self._children = Children(plan.work / "old-host.log")

    def start(self) -> None:
        """Fill the tables, run both."""
        postfix.directories(self._top)
        socket = self._start_database()
        for parameter, query in _QUERIES.items():
            (self._top / f"postfix/{parameter}.cf").write_text(
                f"hosts = unix:{socket}\nuser = postfix\npassword = postfix\ndbname = postfix\nquery = {query}\n"
            )
        parameters = {name: f"proxy:mysql:{self._top}/postfix/{name}.cf" for name in _QUERIES} | {
            "virtual_mailbox_base": self.mail,
            "virtual_uid_maps": f"static:{postfix.MAIL_OWNER}",
            "virtual_gid_maps": f"static:{postfix.MAIL_OWNER}",
            "virtual_minimum_uid": "100",
            "virtual_mailbox_limit": "0",
        }
        for number in range(DOMAINS):
            postfix.make_mail_directory(self.mail / f"d{number}.test")
        postfix.start(self._top, self._children, f"{self.address}:25 inet n - y - - smtpd\n", parameters, self.address)

    def stop(self) -> None:
        """End Postfix, then the database."""
        self._children.stop()

    def settle(self) -> None:
        """Nothing in it changes by itself."""

    def roots(self) -> list[int]:
        """Postfix's master and mariadbd."""
        return self._children.roots()

    def _start_database(self) -> Path:
        top = self._top / "mariadb"
        top.mkdir()
        shutil.chown(top, "nobody")
        socket = top / "socket"
        common = ["--no-defaults", f"--datadir={top}/data", "--user=nobody"]
        subprocess.run(
            ["mariadb-install-db", *common, "--auth-root-authentication-method=normal", "--skip-test-db"],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._children.start("mariadbd", *common, f"--socket={socket}", f"--pid-file={top}/pid", "--skip-networking")
        self._fill(socket)
        return socket

    def _fill(self, socket: Path) -> None:
        rows = [_SCHEMA, *(f"INSERT INTO domain VALUES ('d{number}.test', 0, 1);" for number in range(DOMAINS))]
        for address in addresses(self._plan.mailboxes):
            local, domain = address.split("@")
            rows.append(f"INSERT INTO mailbox VALUES ('{address}', 'x', '{domain}/{local}/', 0, 1);")
            # PostfixAdmin writes an alias of the same name beside each mailbox.
            rows.append(f"INSERT INTO alias VALUES ('{address}', '{address}', 1);")
        until = time.monotonic() + 30
        while not socket.exists():
            if time.monotonic() > until:
                raise SystemExit("bench: the private mariadbd does not start; see old-host.log")
            time.sleep(0.1)
        subprocess.run(
            ["mariadb", "--no-defaults", "--user=root", f"--socket={socket}"],
            input="\n".join(rows),
            text=True,
            check=True,
        )

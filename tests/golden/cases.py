"""The renderings that are held against files: settings, facts and versions by the name of the case."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from carteiro.settings.layout import Layout
from carteiro.settings.schema import Settings
from carteiro.stack.build import build
from carteiro.stack.facts import Facts, Versions
from carteiro.stack.lookups import Lookups
from carteiro.stack.tree import Stack

DEBIAN = {12: Versions(12, (3, 7), (2, 3), (1, 22)), 13: Versions(13, (3, 10), (2, 4), (1, 26))}

# Short questions on the tables of a small directory; the real ones have tests of their own.
_MAILBOX = "home, quota AS quota_bytes, quota_messages, count_usage"
LOOKUPS = Lookups(
    postfix={
        "local_domains": "SELECT name FROM domain WHERE name = '%s' AND kind <> 'relay'",
        "relay_domains": "SELECT name FROM domain WHERE name = '%s' AND kind = 'relay'",
        "routes": "SELECT target FROM alias WHERE address = '%s'",
        "mailboxes": "SELECT address FROM mailbox WHERE address = '%s'",
        "room": "SELECT room IS 1 FROM mailbox WHERE address = '%s'",
        "recipient_status": "SELECT '550 5.2.1 Inactive' FROM mailbox WHERE address = '%s' AND NOT active",
        "end_domain": "SELECT '@' || domain FROM alias WHERE address = '%s'",
        "domain_full": "SELECT '452 4.2.2 The domain is full' FROM domain_quota WHERE domain = '%s' AND bytes <= "
        "(SELECT sum(bytes) FROM usage WHERE address LIKE '%%@' || domain)",
        "sender_logins": "SELECT address FROM mailbox WHERE address = '%s' AND active",
        "login_status": "SELECT '550 5.7.1 No login' WHERE NOT EXISTS "
        "(SELECT 1 FROM mailbox WHERE address = '%s' AND active)",
        "relay_recipients": "SELECT address FROM relay_recipient WHERE address = '%s'",
        "transports": "SELECT 'smtp:[' || host || ']:' || port FROM transport WHERE domain = '%s'",
        "transport_passwords": "SELECT login || ':' || password FROM transport "
        "WHERE '[' || host || ']:' || port = '%s'",
    },
    dovecot={
        "app_password": f"SELECT address AS user, NULL AS password, 'Y' AS nopassword, {_MAILBOX} FROM mailbox "
        "WHERE address = '{address}' AND app_digest = '{password_sha256}' AND '{protocol}' = 'imap'",
        "password": f"SELECT address AS user, password, {_MAILBOX} FROM mailbox\n"
        "WHERE address = '{address}' AND active -- and nobody else",
        "user": f"SELECT address AS user, {_MAILBOX} FROM mailbox WHERE address = '{{address}}' AND active",
        "quota_user": f"SELECT mailbox.address AS user, {_MAILBOX} FROM alias JOIN mailbox ON mailbox.address = target "
        "WHERE alias.address = '{address}' AND '{protocol}' = 'quota-status'",
        "iterate": "SELECT address AS user FROM mailbox",
    },
)


_FACTS = Facts(("192.0.2.53", "2001:db8::53"), resolver_validates=True, ipv6=True, python="/opt/venv/bin/python")


@dataclass(frozen=True)
class Case:
    """One rendering's arguments, but for the Debian release."""

    settings: Mapping[str, object]
    layout: Layout = field(default_factory=Layout.installed)
    facts: Facts = _FACTS
    secrets: Mapping[str, str] = field(default_factory=dict)

    def build(self, debian: int) -> Stack:
        """The stack for a Debian release."""
        settings = Settings.model_validate(self.settings)
        return build(settings, self.layout, self.facts, DEBIAN[debian], LOOKUPS, self.secrets)


CASES = {
    "trial": Case(
        {"hostname": "mail.carteiro.test", "listen": {"addresses": ["127.0.0.1"]}},
        layout=Layout.below(Path("/var/lib/carteiro-trial")),
        facts=Facts(("192.0.2.53",), resolver_validates=False, ipv6=False, python="/opt/venv/bin/python"),
    ),
    "production": Case({"hostname": "mail.example.org", "postmaster": "root@example.org"}),
    "smarthost": Case(
        {
            "hostname": "mail.example.org",
            "listen": {"addresses": ["192.0.2.25", "2001:db8::25"]},
            "outgoing": {
                "smarthost": "smtp.example.net:587",
                "username": "mail@example.org",
                "password_file": "/etc/carteiro/smarthost-password",
                "bind_address": "192.0.2.25",
                "tls": "required",
            },
        },
        secrets={"outgoing_password": "p$ss w%rd\n"},
    ),
    "features_off": Case(
        {
            "hostname": "mail.example.org",
            "listen": {"pop3": 0, "pop3s": 0, "managesieve": 0, "imap": 0, "submission": 0, "https": 0},
            "mail": {"full_text_search": False, "quota_warnings": [], "message_size_limit": "10M"},
            "tls": {"certificate": "/etc/ssl/mail.crt", "key": "/etc/ssl/private/mail.key"},
        }
    ),
}

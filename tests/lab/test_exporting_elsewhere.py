"""A domain with everything that can be set on it goes to another instance and comes out there just the same."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from carteiro.mail.password import hash_password

from .clients import deliver, fetched_head, imap, letter, wait_for_letter, wire
from .instance import Instance, Person

ANA = Person("ana@whole.test", "ana has four words")
BIA = Person("bia@whole.test", "bia has four words")
SIEVE = 'require "fileinto";\nif header :contains "Subject" "bill" { fileinto "Work"; }\n'
CARDS = """\
BEGIN:VCARD\r\nVERSION:4.0\r\nFN:José da Silva\r\nN:da Silva;José;;;\r\nNICKNAME:zé\r\nEMAIL:ze@world.test\r\n\
NOTE:two\\nlines\\, with a comma\r\nEND:VCARD\r\n\
BEGIN:VCARD\r\nVERSION:4.0\r\nFN:friends\r\nNICKNAME:friends\r\nEMAIL:a@world.test\r\nEMAIL:b@world.test\r\nEND:VCARD\r\n"""
DOMAIN: dict[str, Any] = {
    "name": "whole.test",
    "active": True,
    "paused": False,
    "description": "Tudo, até ç",
    "tags": ["school"],
    "max_mailboxes": 10,
    "max_aliases": 20,
    "quota": 2**30,
    "max_mailbox_quota": 2**28,
    "default_mailbox_quota": 2**26,
    "password_days": 90,
    "second_factor": False,
    "own_aliases": 3,
    "created": "2009-11-03T12:00:00+00:00",
    "alias_domains": [{"name": "also-whole.test", "active": True}, {"name": "off-whole.test", "active": False}],
    "aliases": [
        {"address": "@whole.test", "active": True, "comment": "all else", "targets": ["bia@whole.test"]},
        # The first one leads to what comes after it.
        {"address": "all@whole.test", "active": True, "comment": "", "targets": ["team@whole.test", "x@world.test"]},
        {"address": "own@whole.test", "active": True, "comment": "", "targets": ["ana@whole.test"]},
        {"address": "team@whole.test", "active": False, "comment": "", "targets": ["bia@whole.test"]},
    ],
}
for _row in DOMAIN["aliases"]:
    _row |= {"created": "2010-01-02T12:00:00+00:00", "expires": None, "owner": None}
DOMAIN["aliases"][2] |= {"owner": "ana@whole.test", "expires": "2099-01-02T00:00:00+00:00"}


def _mailbox(person: Person, **more: Any) -> dict[str, Any]:
    return {
        "address": person.address,
        "name": "",
        "password": hash_password(person.password),
        "active": True,
        "quota": 2**26,
        "quota_messages": 0,
        "must_change_password": False,
        "imap": True,
        "pop3": True,
        "smtp": True,
        "sieve": True,
        "created": "2009-11-03T12:00:00+00:00",
        "app_passwords": [],
        "sender_grants": [],
        "vacation": None,
        "filter_rules": [],
        "external_accounts": [],
        "identities": [],
        "preferences": [],
        "password_changed": "2010-01-02T12:00:00+00:00",
        "forwarding": [],
        "active_sieve": "",
        **more,
    }


def _of_ana() -> dict[str, Any]:
    vacation = {"active": True, "subject": "Férias", "text": "Volto já.\nAna", "days": 3}
    rule = {"position": 0, "name": "bills", "active": True, "match": "any"}
    rule |= {"conditions": [{"field": "subject", "test": "contains", "value": "conta ç"}]}
    account = {"protocol": "imap", "host": "imap.world.test", "port": 993, "username": "ana", "folder": "INBOX"}
    identities = [
        {"position": 0, "name": "Ana", "address": ANA.address, "reply_to": "", "signature": "-- \nAna Conceição\n"},
        {"position": 1, "name": "Loja", "address": "team@whole.test", "reply_to": ANA.address, "signature": ""},
    ]
    return _mailbox(
        ANA,
        name="Ana Conceição",
        quota_messages=5000,
        pop3=False,
        sender_grants=["team@whole.test"],
        vacation=vacation | {"starts": "2020-01-01T00:00:00+00:00", "ends": "2099-01-01T00:00:00+00:00"},
        filter_rules=[rule | {"actions": [{"do": "file", "value": "Contas"}]}],
        external_accounts=[account | {"keep": True, "poll_minutes": 30, "active": False}],
        identities=identities,
        preferences=[{"name": "page_size", "value": 50}, {"name": "show_html", "value": False}],
        # Through an alias that is made later than mailboxes are.
        forwarding=["ana@whole.test", "all@whole.test"],
        active_sieve="own",
    )


def _write(directory: Path) -> None:
    """An export as a person could have made it."""
    _dump(directory / "domain.yaml", DOMAIN)
    _dump(directory / "mailboxes" / "ana" / "mailbox.yaml", _of_ana())
    _dump(directory / "mailboxes" / "bia" / "mailbox.yaml", _mailbox(BIA))
    (directory / "mailboxes" / "ana" / "contacts.vcf").write_bytes(CARDS.encode())
    (directory / "mailboxes" / "bia" / "contacts.vcf").touch()
    (directory / "mailboxes" / "ana" / "sieve").mkdir()
    (directory / "mailboxes" / "ana" / "sieve" / "own.sieve").write_text(SIEVE)


def _dump(file: Path, content: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(content, allow_unicode=True))


def _fill(host: Instance) -> None:
    with imap(host, ANA) as client:
        for number, folder in enumerate(("INBOX", "Work", "Work/S&AOM-o Paulo", "Odd_name", "Odd:name")):
            client.create(f'"{folder}"')
            if number != 1:
                client.subscribe(f'"{folder}"')
            for count, flags in enumerate((r"(\Seen)", r"(\Flagged \Answered $Label1 NonJunk)", "", r"(\Draft)")):
                text = wire(letter(f"{folder} {count}", "eve@world.test", ANA.address, "From here on\n\nOlá.\n"))
                client.append(f'"{folder}"', flags, f'"0{count + 1}-Mar-2009 10:00:00 +0000"', text)
            client.select(f'"{folder}"')
            client.store("1", "+FLAGS", r"(\Deleted)")
            client.expunge()


def _mail(host: Instance) -> dict[str, object]:
    """All that programs see of Ana's mail."""
    found: dict[str, object] = {}
    with imap(host, ANA) as client:
        found["subscribed"] = sorted(client.lsub()[1], key=str)
        listed = (row for row in client.list()[1] if isinstance(row, bytes))
        names = [re.sub(rb'^\(.*?\) "/" "?([^"]+)"?$', rb"\1", row).decode() for row in listed]
        for folder in sorted(names):
            client.select(f'"{folder}"', readonly=True)
            head = client.response("UIDVALIDITY")[1], client.response("UIDNEXT")[1]
            _, told = client.uid("FETCH", "1:*", "(FLAGS INTERNALDATE BODY.PEEK[])")
            messages = [(fetched_head(part[0]), part[1]) for part in told if isinstance(part, tuple)]
            if messages:  # else it may be one that each host has, and makes when somebody looks into it
                found[folder] = (head, messages)
    return found


def _told(directory: Path) -> dict[str, object]:
    """All but the mail."""
    found: dict[str, object] = {}
    for file in sorted(directory.rglob("*")):
        name = str(file.relative_to(directory))
        if file.suffix == ".yaml":
            content = yaml.safe_load(file.read_text())
            content.pop("folders", None)
            found[name] = content
        elif file.suffix == ".vcf" or file.name == "own.sieve":
            found[name] = file.read_bytes()
    return found


def test_a_domain_goes_to_another_instance_with_all_that_is_in_it(
    host: Instance, new_instance: Callable[..., Instance], tmp_path: Path
) -> None:
    _write(tmp_path / "made")
    done = host.cli("import", "domain", str(tmp_path / "made"))
    (off,) = (remark for row in done["mailboxes"] for remark in row["refused"])
    assert off["name"] == "ana@whole.test ana imap.world.test"
    _fill(host)
    secret = host.cli("app-password", "add", ANA.address, "--for", "imap", "--label", "telephone")["password"]
    for form in ("maildir", "mbox"):
        out = host.cli("export", "domain", "whole.test", "--to", str(tmp_path / form), "--format", form)
        assert out["refused"] == []
    made, went = _told(tmp_path / "made"), _told(tmp_path / "maildir")
    assert _told(tmp_path / "mbox") == went
    (app_password,) = _ana(went).pop("app_passwords")
    assert _ana(made).pop("app_passwords") == []
    assert went == made

    elsewhere = new_instance()
    elsewhere.start()
    before = _mail(host)
    for form in ("maildir", "mbox"):
        elsewhere.cli("import", "domain", str(tmp_path / form))
        assert _mail(elsewhere) == before
        shutil.rmtree(tmp_path / "back", ignore_errors=True)
        elsewhere.cli("export", "domain", "whole.test", "--to", str(tmp_path / "back"), "--format", form)
        back = _told(tmp_path / "back")
        assert _ana(back).pop("app_passwords") == [app_password]
        assert back == made
        _is_alive(elsewhere, secret)
        for name in ("also-whole.test", "off-whole.test"):
            elsewhere.cli("alias-domain", "remove", name, "--yes")
        elsewhere.cli("domain", "remove", "whole.test", "--yes")


def _ana(told: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = told["mailboxes/ana/mailbox.yaml"]
    return found


def _is_alive(host: Instance, secret: str) -> None:
    """The catch-all catches, the script in use files, and a telephone still gets in."""
    with imap(host, Person(ANA.address, secret)) as client:
        assert client.select("INBOX", readonly=True)[0] == "OK"
    nobody = "nobody@also-whole.test"
    deliver(host, letter("caught", "eve@world.test", nobody), "eve@world.test", nobody)
    wait_for_letter(host, BIA, "caught")
    deliver(host, letter("a bill", "eve@world.test", ANA.address), "eve@world.test", ANA.address)
    wait_for_letter(host, ANA, "a bill", "Work")

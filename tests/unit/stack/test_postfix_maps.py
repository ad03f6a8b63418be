"""Who reads the directory's tables how, and the queries that are made of others."""

import re
import sqlite3

from tests.golden.cases import CASES


def _file(path: str) -> str:
    (found,) = (file for file in CASES["production"].build(12).files if file.path == path)
    return found.content.decode()


def _answer(table: str, key: str) -> str:
    query = re.search(r"^query = (.*)$", _file(f"postfix/maps/{table}.cf"), re.MULTILINE)
    assert query
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE mailbox(address, room)")
    database.execute("INSERT INTO mailbox VALUES ('ana@example.org', NULL), ('bob@example.org', 1)")
    (answer,) = database.execute(query[1].replace("%s", key)).fetchone()
    database.close()
    return str(answer)


def test_only_the_quotas_matter_for_a_plain_mailbox() -> None:
    assert _answer("plain_recipient", "ana@example.org") == "carteiro_quotas, permit"
    assert _answer("plain_recipient", "rui@example.org") == "DUNNO"


def test_nothing_is_asked_about_a_mailbox_that_is_far_from_its_limits() -> None:
    assert _answer("plain_recipient", "bob@example.org") == "permit"


def test_trivial_rewrite_alone_reads_the_database_itself() -> None:
    services = re.split(r"\n(?=\S)", _file("postfix/master.cf"))
    direct = [service.split()[0] for service in services if "carteiro_maps=sqlite:" in service]
    assert direct == ["rewrite"]
    assert "\ncarteiro_maps = proxy:sqlite:" in _file("postfix/main.cf")


def test_who_talks_to_the_network_or_reads_messages_is_in_the_chroot() -> None:
    lines = [line.split() for line in _file("postfix/master.cf").splitlines() if line[:1] not in ("", "#", " ")]
    chrooted = {line[4] for line in lines if line[7] in ("smtpd", "cleanup", "smtp", "lmtp")}
    assert chrooted == {"y"}


def test_every_table_of_an_access_restriction_may_be_read() -> None:
    settings = _file("postfix/main.cf")
    (readable,) = re.findall(r"^proxy_read_maps =\n((?:    .*\n)+)", settings, re.MULTILINE)
    asked = set(re.findall(r"check_\w+_access (\$carteiro_maps/\w+\.cf)", settings))
    assert len(asked) > 3
    assert asked <= set(readable.split())

"""Many at once from a CSV file."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from carteiro.hosting import alias_domains, aliases, bulk, domains, mailboxes, relay_recipients
from carteiro.hosting.access import Actor
from carteiro.hosting.database import configure
from carteiro.hosting.feed import head
from carteiro.hosting.models import Alias, Domain, Mailbox
from carteiro.settings.layout import Layout
from carteiro.words import Fault
from tests.accounts import Accounts
from tests.hosting.world import HASH, alias, mailbox, told

HEAD = "kind,address,name,password,quota,targets\n"


class Given:
    """A file, and what a run over it says."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[bulk.LineFault] = []

    def write(self, content: str | bytes) -> "Given":
        self.path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self

    def apply(self, actor: Actor, *, keep_going: bool = False) -> bulk.Report:
        return bulk.apply(actor, self.path, keep_going=keep_going, on_fault=self.faults.append)

    def check(self, actor: Actor) -> bulk.Report:
        return bulk.check(actor, self.path, on_fault=self.faults.append)

    @property
    def lines(self) -> list[int]:
        return [fault.line for fault in self.faults]


@pytest.fixture
def given(tmp_path: Path) -> Given:
    return Given(tmp_path / "accounts.csv")


def addresses() -> list[str]:
    return sorted(Mailbox.objects.values_list("address", flat=True))


def test_domains_mailboxes_and_aliases_are_made(root: Actor, given: Given) -> None:
    rows = f"""\
domain,example.com,Ours,,5G,
mailbox,ana@example.com,Ana,{HASH},1G,
alias,team@example.com,,,,ana@example.com x@elsewhere.test
"""
    report = given.write(HEAD + rows).apply(root)
    assert (report.stored, report.made, report.faults) == (True, {"domain": 1, "mailbox": 1, "alias": 1}, 0)
    assert Domain.objects.get(name="example.com").quota == 5 * 1024**3
    ana = Mailbox.objects.get()
    assert (ana.name, ana.password, ana.quota) == ("Ana", HASH, 1024**3)
    assert Alias.objects.get().addresses() == ["ana@example.com", "x@elsewhere.test"]
    assert told()[1:] == ["add domain example.com", "add mailbox ana@example.com", "add alias team@example.com"]


def test_a_password_in_clear_is_hashed(root: Actor, given: Given) -> None:
    given.write(HEAD + "mailbox,ana@example.org,,correct horse,,\n").apply(root)
    assert Mailbox.objects.get().password.startswith("{ARGON2ID}$argon2id$")


def test_a_dry_run_tells_every_fault_and_stores_nothing(root: Actor, given: Given) -> None:
    mailbox(root, "bob@example.org")
    rows = [
        f"mailbox,ana@example.org,,{HASH},,",
        f"mailbox,bob@example.org,,{HASH},,",
        "mailbox,cia@example.org,,short,,",
        f"mailbox,dan@nowhere.test,,{HASH},,",
        "alias,team@example.org,,,,nobody@example.org",
        f"mailbox,ana@example.org,,{HASH},,",
        "mailbox,eve@example.org,,{PLAIN}secret,,",
        f"mailbox,fay@example.org,,{HASH},lots,",
        "person,gus@example.org,,,,",
        "mailbox,hal@example.org,,,,",
    ]
    before = head()
    report = given.write(HEAD + "\n".join(rows)).check(root)
    assert sorted(given.lines) == [3, 4, 5, 6, 7, 8, 9, 10, 11]
    assert (report.stored, report.faults, report.made["mailbox"]) == (False, 9, 1)
    assert addresses() == ["bob@example.org"]
    assert head() == before
    assert not [
        fault for fault in given.faults if "short" in str(fault).replace("too short", "") or "secret" in str(fault)
    ]


def test_one_fault_keeps_the_whole_file_out(root: Actor, given: Given) -> None:
    report = given.write(HEAD + f"mailbox,ana@example.org,,{HASH},,\nmailbox,ana,,{HASH},,\n").apply(root)
    assert (report.stored, report.made, given.lines) == (False, {}, [3])
    assert addresses() == []
    assert head().number == 1


def test_keep_going_leaves_out_the_lines_with_faults_only(root: Actor, given: Given) -> None:
    rows = f"mailbox,ana@example.org,,{HASH},,\nmailbox,ana,,{HASH},,\nmailbox,bob@example.org,,{HASH},,\n"
    report = given.write(HEAD + rows).apply(root, keep_going=True)
    assert (report.stored, report.made, given.lines) == (True, {"mailbox": 2}, [3])
    assert addresses() == ["ana@example.org", "bob@example.org"]


def test_aliases_may_lead_to_later_ones(root: Actor, given: Given) -> None:
    rows = (
        "alias,a@example.org,,,,b@example.org\nalias,b@example.org,,,,c@example.org\nalias,c@example.org,,,,x@y.test\n"
    )
    assert given.write(HEAD + rows).apply(root).made == {"alias": 3}


def test_aliases_that_lead_to_each_other_are_faults(root: Actor, given: Given) -> None:
    rows = "alias,a@example.org,,,,b@example.org\nalias,b@example.org,,,,a@example.org\n"
    given.write(HEAD + rows).apply(root)
    assert given.lines == [2, 3]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfkind,address,name,password\r\nmailbox,ana@example.org,Jo\xc3\xa3o,%b\r\n",
        b"Kind;Address;Name;Password\nmailbox;ana@example.org;Jo\xc3\xa3o;%b\n",
        b'kind,address,name,password\n"mailbox"," ana@example.org ","Jo\xc3\xa3o","%b"',
    ],
)
def test_spreadsheets_write_it_in_many_ways(root: Actor, given: Given, content: bytes) -> None:
    given.write(content.replace(b"%b", HASH.encode())).apply(root)
    assert [(row.address, row.name) for row in Mailbox.objects.all()] == [("ana@example.org", "João")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"mailbox,ana@example.org,Jo\xe3o,x,,", "not UTF-8: byte 0xe3 at place 27"),
        (b"mailbox,ana@example.org,A\0na,x,,", "NUL"),
        (b"mailbox,ana@example.org," + b"x" * 70_000 + b",x,,", "longer than 65536"),
        (b'mailbox,ana@example.org,"Ana,x,,', "not CSV"),
        (b"mailbox,ana@example.org,Ana,x,,,,", "8 values"),
        (b"mailbox,ana@example.org,\x1b[31m,%b,,", "control characters"),
    ],
)
def test_a_line_that_is_no_row_is_a_fault_and_the_next_one_is_read(
    root: Actor, given: Given, line: bytes, reason: str
) -> None:
    good = f"\nmailbox,bob@example.org,,{HASH},,\n".encode()
    given.write(HEAD.encode() + line.replace(b"%b", HASH.encode()) + good).apply(root, keep_going=True)
    assert given.lines == [2]
    assert reason in str(given.faults[0])
    assert addresses() == ["bob@example.org"]


@pytest.mark.parametrize(
    "content", [b"", b"name,address\n", b"kind,address,colour\n", b"kind,address,kind\n", b"\xff\n"]
)
def test_a_file_without_a_good_first_line_is_refused(root: Actor, given: Given, content: bytes) -> None:
    with pytest.raises(Fault):
        given.write(content).apply(root)


def test_a_file_that_is_not_there_is_refused(root: Actor, given: Given) -> None:
    with pytest.raises(Fault, match="can't be read"):
        given.apply(root)


def test_rights_hold_line_by_line(alice: Actor, charlie: Actor, given: Given) -> None:
    rows = f"mailbox,ana@example.org,,{HASH},,\nmailbox,bob@charlie.example,,{HASH},,\ndomain,new.example,,,,\n"
    given.write(HEAD + rows).apply(alice, keep_going=True)
    assert given.lines == [3, 4]
    assert [fault.fault.code for fault in given.faults] == ["forbidden", "forbidden"]


def test_what_is_exported_makes_the_same_again(root: Actor, given: Given, tmp_path: Path, accounts: Accounts) -> None:
    domains.add(root, "bücher.example", description='A "shop", really', quota=10**9, max_mailboxes=5, active=False)
    domains.add(root, "backup.example", kind="relay", recipients="verify")
    relay_recipients.add(root, "x@backup.example")
    alias_domains.add(root, "aaa.example", "example.org", active=False)
    mailbox(root, "ana@example.org", name="Ana; Maria, 1", quota=0, quota_messages=5, imap=False, active=False)
    mailboxes.set_(root, "ana@example.org", forward_to=["x@elsewhere.test"], keep_copy=True)
    alias(root, "z@example.org", "ana@example.org")
    alias(root, "@example.org", "z@example.org")
    aliases.set_(root, "z@example.org", comment="note", active=False)
    first = io.StringIO()
    assert bulk.export(root, first) == 9
    other = Layout.below(tmp_path / "other")
    accounts.into(other)
    assert given.write(first.getvalue()).apply(root).stored
    assert given.faults == []
    second = io.StringIO()
    bulk.export(root, second)
    assert second.getvalue() == first.getvalue()


def test_progress_goes_from_reading_to_writing(root: Actor, given: Given) -> None:
    given.write(HEAD + "".join(f"mailbox,m{number}@example.org,,{HASH},,\n" for number in range(2500)))
    steps: list[tuple[str, int, int]] = []
    bulk.apply(root, given.path, on_fault=given.faults.append, progress=lambda *step: steps.append(step))
    size = given.path.stat().st_size
    assert steps[-1] == ("write", 2500, 2500)
    assert ("read", size, size) in steps
    assert [done for step, done, _ in steps if step == "read"] == sorted(
        {done for step, done, _ in steps if step == "read"}
    )


MEASURE = """
import resource, sys
from pathlib import Path
from carteiro.hosting.database import configure
from carteiro.settings.layout import Layout
configure.setup(Layout.below(Path(sys.argv[1])), sys.argv[3])
from carteiro.hosting import bulk
from carteiro.hosting.access import Actor
report = bulk.apply(Actor.root(), Path(sys.argv[2]), on_fault=print)
usage = resource.getrusage(resource.RUSAGE_SELF)
print(report.made["mailbox"], usage.ru_maxrss, usage.ru_utime + usage.ru_stime)
"""


def measured(layout: Layout, given: Given, name: str, count: int) -> tuple[int, float]:
    """The largest memory in KiB and the processor's seconds of an import."""
    given.write(HEAD + "".join(f"mailbox,{name}{number}@example.org,,{HASH},,\n" for number in range(count)))
    command = [sys.executable, "-c", MEASURE, str(layout.config), str(given.path), configure.location().text]
    out = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    made, kibibytes, seconds = out.stdout.split()
    assert int(made) == count
    return int(kibibytes), float(seconds)


def test_memory_does_not_grow_with_the_file_and_100_000_take_less_than_a_minute(
    root: Actor, layout: Layout, given: Given
) -> None:
    small, _ = measured(layout, given, "a", 4_000)
    large, seconds = measured(layout, given, "b", 20_000)
    assert large < small + 8_000
    assert seconds < 60 / 5

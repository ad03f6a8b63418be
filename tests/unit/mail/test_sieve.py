"""Scripts out of rules and notices, read by the compiler of the Sieve that runs them (sievec(1))."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from carteiro.mail.filter_rule import TESTS, Action, Comparison, Condition, Do, Field, Flag, Rule
from carteiro.mail.sieve import Notice, render

pytestmark = pytest.mark.skipif(not shutil.which("sievec"), reason="needs Dovecot's Sieve")

Compile = Callable[[str], None]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Compile:
    """Compiles a script, or fails with what the compiler says."""
    place = tmp_path_factory.mktemp("sieve")
    (place / "dovecot.conf").write_text("")

    def run(script: str) -> None:
        file: Path = place / "script.sieve"
        file.write_bytes(script.encode())
        done = subprocess.run(
            ["sievec", "-c", place / "dovecot.conf", file, place / "script.svbin"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{done.stderr}\n{script}"

    return run


def test_where_nothing_is_to_be_done_there_is_no_script() -> None:
    assert render([]) == ""


def test_a_rule_in_sieve() -> None:
    rule = Rule(
        [
            Condition(Field.FROM, Comparison.IS, "boss@example.org"),
            Condition(Field.SUBJECT, Comparison.NOT_CONTAINS, 'the "x"'),
        ],
        [Action(Do.FILE, "Work/Boss"), Action(Do.FLAG, Flag.FLAGGED), Action(Do.STOP)],
        name="The boss",
    )
    assert render([rule]).splitlines()[1:] == [
        'require ["fileinto", "imap4flags", "mailbox"];',
        "# Rule: The boss",
        "if allof (",
        '    address :all :is ["From"] "boss@example.org",',
        '    not header :contains ["Subject"] "the \\"x\\""',
        ") {",
        '    addflag "\\\\Flagged";',
        '    fileinto :create "Work/Boss";',
        "    stop;",
        "}",
    ]


def test_wildcards_count_only_where_they_were_meant() -> None:
    begins = render([Rule([Condition(Field.SUBJECT, Comparison.BEGINS, "[*] \\o/?")], [Action(Do.KEEP)])])
    assert r'header :matches ["Subject"] "[\\*] \\\\o/\\?*"' in begins
    matches = render([Rule([Condition(Field.SUBJECT, Comparison.MATCHES, "*sale?")], [Action(Do.KEEP)])])
    assert 'header :matches ["Subject"] "*sale?"' in matches


def test_a_notice_counts_its_days_in_utc(compiled: Compile) -> None:
    brasilia = timezone(timedelta(hours=-3))
    starts = datetime(2026, 12, 20, 22, 0, tzinfo=brasilia)
    script = render([], Notice("Back soon.", "Away", 3, ["a@example.org"], starts, datetime(2027, 1, 4, tzinfo=UTC)))
    assert 'currentdate :zone "+0000" :value "ge" "iso8601" "2026-12-21T01:00:00"' in script
    assert 'currentdate :zone "+0000" :value "lt" "iso8601" "2027-01-04T00:00:00"' in script
    assert 'vacation :days 3 :subject "Away" :addresses ["a@example.org"] "Back soon.";' in script
    compiled(script)


def test_a_name_never_ends_its_comment(compiled: Compile) -> None:
    script = render([Rule([], [Action(Do.KEEP)], name="a\r\ndiscard;\u2028discard;")])
    assert [line for line in script.splitlines() if line.startswith("discard")] == []
    compiled(script)


_texts = some.text(some.characters(exclude_categories=("Cs",)), min_size=1, max_size=60)


def _conditions() -> some.SearchStrategy[Condition]:
    pairs = [(field, test) for field, tests in TESTS.items() for test in tests]
    return some.builds(
        lambda pair, text: Condition(*pair, "5M" if pair[0] is Field.SIZE else text, "X-Any"),
        some.sampled_from(pairs),
        _texts,
    )


def _actions() -> some.SearchStrategy[Action]:
    folders = some.builds(Action, some.sampled_from([Do.FILE, Do.COPY]), some.just('A "quoted" \\folder/São'))
    sent_on = some.builds(Action, some.sampled_from([Do.REDIRECT, Do.REDIRECT_COPY]), some.just("o'x{y}@example.org"))
    flags = some.builds(Action, some.just(Do.FLAG), some.sampled_from(list(Flag)))
    return some.one_of(folders, sent_on, flags, some.builds(Action, some.sampled_from([Do.DISCARD, Do.KEEP, Do.STOP])))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rules=some.lists(
        some.builds(
            Rule,
            some.lists(_conditions(), max_size=3),
            some.lists(_actions(), min_size=1, max_size=3),
            name=_texts,
            any=some.booleans(),
        ),
        max_size=3,
    ),
    text=_texts,
    subject=_texts,
)
def test_whatever_people_type_the_script_compiles(
    compiled: Compile, rules: list[Rule], text: str, subject: str
) -> None:
    compiled(render(rules, Notice(text, subject, 7, ["a@example.org"])))

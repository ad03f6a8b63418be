"""Filter rules and a vacation notice → one Sieve script (RFC 5228), whatever text people put into them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from carteiro.mail.filter_rule import Action, Comparison, Condition, Do, Field, Flag, Rule
from carteiro.mail.size import parse_size

_HEADING = "# Made by Carteiro from what the panel holds. Changes here are lost: change the rules and the notice there."
_HEADERS = {Field.FROM: ("From",), Field.TO: ("To", "Cc"), Field.SUBJECT: ("Subject",), Field.LIST: ("List-Id",)}
_ADDRESSES = (Field.FROM, Field.TO)
_SPAM = 'header :contains ["X-Spam", "X-Spam-Flag"] "yes"'
_FLAGS = {Flag.SEEN: "\\Seen", Flag.FLAGGED: "\\Flagged"}
_NEEDS = {
    Do.FILE: ("fileinto", "mailbox"),
    Do.COPY: ("copy", "fileinto", "mailbox"),
    Do.REDIRECT_COPY: ("copy",),
    Do.FLAG: ("imap4flags",),
}
# What a program or many people got is nobody's question that waits for an answer (RFC 3834 section 2, RFC 2919).
_WORTH_AN_ANSWER = (
    'not exists ["List-Id", "List-Post", "List-Unsubscribe"]',
    'not header :contains "Precedence" ["bulk", "list", "junk"]',
    'anyof (not exists "Auto-Submitted", header :is "Auto-Submitted" "no")',
    f"not {_SPAM}",
)


@dataclass(frozen=True)
class Notice:
    """What answers while somebody is away: once per sender in so many days (RFC 5230)."""

    text: str
    subject: str = ""
    days: int = 7
    addresses: Sequence[str] = ()  # mail to one of them is answered
    starts: datetime | None = None
    ends: datetime | None = None


@dataclass
class _Script:
    needs: set[str] = field(default_factory=set)
    lines: list[str] = field(default_factory=list)

    def when(self, tests: Sequence[str], actions: Iterable[str], join: str = "allof") -> None:
        if not tests:
            self.lines += actions
            return
        joined = ",\n    ".join(tests)
        self.lines += [f"if {join} (\n    {joined}\n) {{", *(f"    {action}" for action in actions), "}"]


def render(rules: Sequence[Rule], notice: Notice | None = None) -> str:
    """The script; empty where there is nothing to do.

    The notice comes first: it answers whatever the rules then do with the message, as people expect of a notice.
    """
    script = _Script()
    if notice is not None:
        _put_notice(script, notice)
    for rule in rules:
        _put_rule(script, rule)
    if not script.lines:
        return ""
    require = [f"require {_strings(sorted(script.needs))};"] if script.needs else []
    return "".join(f"{line}\r\n" for line in _lines((_HEADING, *require, *script.lines)))


def _lines(parts: Iterable[str]) -> Iterator[str]:
    """Lines end with CRLF in a script (RFC 5228 section 2.2), also those within a string."""
    for part in parts:
        yield from part.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _put_notice(script: _Script, notice: Notice) -> None:
    script.needs.add("vacation")
    words = [f"vacation :days {notice.days}"]
    if notice.subject:
        words.append(f":subject {_quoted(notice.subject)}")
    if notice.addresses:
        words.append(f":addresses {_strings(notice.addresses)}")
    script.when([*_within(script, notice), *_WORTH_AN_ANSWER], [f"{' '.join(words)} {_quoted(notice.text)};"])


def _within(script: _Script, notice: Notice) -> Iterator[str]:
    # RFC 5260 section 4.2: "iso8601" ends with the zone. Our text has none, so that its very moment already counts as
    # later: a notice begins at `starts` and is over at `ends`.
    for compared, moment in (("ge", notice.starts), ("lt", notice.ends)):
        if moment is not None:
            script.needs |= {"date", "relational"}
            text = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
            yield f'currentdate :zone "+0000" :value "{compared}" "iso8601" "{text}"'


def _put_rule(script: _Script, rule: Rule) -> None:
    # Marks count for what is stored after them, so they come first.
    actions = sorted(rule.actions, key=lambda action: action.do is not Do.FLAG)
    for action in actions:
        script.needs.update(_NEEDS.get(action.do, ()))
    name = "".join(character if character.isprintable() else " " for character in rule.name)
    script.lines.append(f"# Rule: {name}")
    tests = [_test(condition) for condition in rule.conditions]
    script.when(tests, [_action(action) for action in actions], "anyof" if rule.any else "allof")


def _test(condition: Condition) -> str:
    no = "not " if condition.test in (Comparison.NOT_CONTAINS, Comparison.NOT_IS) else ""
    if condition.field is Field.SPAM:
        return no + _SPAM
    if condition.field is Field.SIZE:
        return f"size :{condition.test} {parse_size(condition.value)}"
    match, value = _match(condition)
    # Of an address the whole counts, but a part may also be looked for in the name beside it.
    test = "address :all" if condition.field in _ADDRESSES and match != ":contains" else "header"
    headers = _HEADERS.get(condition.field, (condition.header,))
    return f"{no}{test} {match} {_strings(headers)} {_quoted(value)}"


def _match(condition: Condition) -> tuple[str, str]:
    """The match type with its key (RFC 5228 section 2.7.1)."""
    value = condition.value
    match condition.test:
        case Comparison.CONTAINS | Comparison.NOT_CONTAINS:
            return ":contains", value
        case Comparison.BEGINS:
            return ":matches", f"{_literal(value)}*"
        case Comparison.ENDS:
            return ":matches", f"*{_literal(value)}"
        case Comparison.MATCHES:
            return ":matches", value.replace("\\", "\\\\")
        case _:
            return ":is", value


def _action(action: Action) -> str:
    match action.do:
        case Do.FILE:
            return f"fileinto :create {_quoted(action.value)};"
        case Do.COPY:
            return f"fileinto :copy :create {_quoted(action.value)};"
        case Do.REDIRECT:
            return f"redirect {_quoted(action.value)};"
        case Do.REDIRECT_COPY:
            return f"redirect :copy {_quoted(action.value)};"
        case Do.FLAG:
            return f"addflag {_quoted(_FLAGS[Flag(action.value)])};"
        case _:
            return f"{action.do};"


def _literal(value: str) -> str:
    return re.sub(r"([\\*?])", r"\\\1", value)


def _quoted(text: str) -> str:
    """A string (RFC 5228 section 2.4.2). NUL may be in none."""
    return '"' + text.replace("\0", "").replace("\\", "\\\\").replace('"', '\\"') + '"'


def _strings(texts: Sequence[str]) -> str:
    return f"[{', '.join(_quoted(text) for text in texts)}]"

"""The first letter in a new mailbox: a text of the superadmins with places, or ours where they wrote none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from carteiro.hosting import texts
from carteiro.hosting.access import Actor, Right, require
from carteiro.hosting.errors import Invalid, translated
from carteiro.hosting.feed import Action, Kind, changes
from carteiro.hosting.models import Mailbox, Text
from carteiro.words import N_, translate_for

NAME = "welcome"
PLACES = ("address", "name", "host", "panel")
LONGEST = 20_000
SUBJECT = N_("Welcome to {host}")
BODY = N_(
    "Hello {name},\n\nthis is your mailbox {address}.\n\n"
    "Your password, a notice for when you are away, filters and help to set up your programs: {panel}\n"
)
_FALLBACK = "en"
_THING = N_("the welcome letter")
_PLACE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Letter:
    """What is sent."""

    subject: str
    body: str


def set_(actor: Actor, language: str, *, subject: str, body: str) -> None:
    """Write the letter of a language; where both texts are empty, ours is sent again."""
    subject, body = texts.one_line("subject", subject).strip(), texts.lines("text", body, LONGEST).strip()
    check(subject, body)
    with changes(actor) as ledger:
        require(actor, Right.MANAGE_HOST, thing=_THING)
        row = Text.objects.filter(name=NAME, language=language).first() or Text(name=NAME, language=language)
        before, after = {"subject": row.subject, "text": row.body}, {"subject": subject, "text": body}
        if before == after:
            return
        row.subject, row.body = subject, body
        number = row.pk
        if subject or body:
            row.save()
        elif number:
            row.delete()
        ledger.note(Action.SET, Kind.TEXT, number or row.pk, f"{NAME} {language}", "", before=before, after=after)


def check(subject: str, body: str) -> None:
    """Raise Invalid for a letter that lacks one of its texts, or that names a place that there is none of."""
    if bool(subject) != bool(body):
        lacking = "body" if subject else "subject"
        raise Invalid(N_("A letter has a subject and a text."), N_("Write both, or none."), field=lacking)
    for field, text in (("subject", subject), ("body", body)):
        _fill(text, dict.fromkeys(PLACES, ""), field)


def written(actor: Actor, language: str) -> Letter:
    """The letter of a language with its places, as it was written last; ours where none was."""
    require(actor, Right.MANAGE_HOST, thing=_THING)
    with translated():
        row = Text.objects.filter(name=NAME, language=language).first()
    if row is not None:
        return Letter(row.subject, row.body)
    return Letter(translate_for(language, SUBJECT), translate_for(language, BODY))


def filled(letter: Letter, **values: str) -> Letter:
    """A letter with something in each of its places. Raises Invalid for one that can't be sent."""
    check(letter.subject, letter.body)
    return Letter(_fill(letter.subject, values), _fill(letter.body, values))


def compose(mailbox: Mailbox, language: str, *, host: str, panel: str) -> Letter:
    """The letter for a mailbox in a language, in English where nobody wrote one in it."""
    with translated():
        rows = {row.language: row for row in Text.objects.filter(name=NAME)}
    row = rows.get(language) or rows.get(_FALLBACK)
    values = {"address": mailbox.address, "name": mailbox.name or mailbox.address, "host": host, "panel": panel}
    if row is None:
        return Letter(_fill(translate_for(language, SUBJECT), values), _fill(translate_for(language, BODY), values))
    return Letter(_fill(row.subject, values), _fill(row.body, values))


def _fill(text: str, values: Mapping[str, str], field: str = "body") -> str:
    """Only {name} is a place: other braces are text."""
    unknown = sorted({place for place in _PLACE.findall(text) if place not in values})
    if unknown:
        raise Invalid(
            N_("The text has no place {place}."),
            N_("It may name {places}, each in braces."),
            place=unknown[0],
            places=", ".join(PLACES),
            field=field,
        )
    return _PLACE.sub(lambda match: values[match[1]], text)

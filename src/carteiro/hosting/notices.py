"""The message of the day: what superadmins tell people of a role at the top of their pages."""

from carteiro.hosting import texts
from carteiro.hosting.access import Actor, Right, Role, require
from carteiro.hosting.errors import Invalid, translated
from carteiro.hosting.feed import Action, Kind, changes
from carteiro.hosting.models import Text
from carteiro.words import N_

READERS = (Role.USER, Role.DOMAIN_ADMIN, Role.SUPERADMIN)
LONGEST = 5_000
_FALLBACK = "en"
_THING = "the message of the day"


def set_(actor: Actor, role: Role, language: str, *, subject: str, body: str) -> None:
    """Tell the people of a role something in a language; where both texts are empty, nothing any more."""
    subject, body = texts.one_line("subject", subject).strip(), texts.lines("text", body, LONGEST).strip()
    if role not in READERS:
        raise Invalid(N_("Nobody reads the message of the day of {role}."), role=role)
    with changes(actor) as ledger:
        require(actor, Right.MANAGE_HOST, thing=_THING)
        row = Text.objects.filter(name=_name(role), language=language).first() or Text(name=_name(role))
        before = {"subject": row.subject, "text": row.body}
        after = {"subject": subject, "text": body}
        if before == after:
            return
        row.language, row.subject, row.body = language, subject, body
        number = row.pk
        if subject or body:
            row.save()
        elif number:
            row.delete()
        number, key = number or row.pk, f"{_name(role)} {language}"
        ledger.note(Action.SET, Kind.TEXT, number, key, "", before=before, after=after)


def list_(actor: Actor) -> dict[tuple[Role, str], Text]:
    """What is told, by role and language."""
    require(actor, Right.MANAGE_HOST, thing=_THING)
    with translated():
        rows = Text.objects.filter(name__in=[_name(role) for role in READERS])
        return {(Role(row.name.removeprefix("notice.")), row.language): row for row in rows}


def read(actor: Actor, language: str) -> Text | None:
    """What the actor is told, in this language if it was written in it, else in English, else in any."""
    administrator = Role.SUPERADMIN if actor.superadmin else Role.DOMAIN_ADMIN
    role = administrator if actor.administers else Role.USER
    with translated():
        rows = {row.language: row for row in Text.objects.filter(name=_name(role))}
    return rows.get(language) or rows.get(_FALLBACK) or next(iter(rows.values()), None)


def _name(role: Role) -> str:
    return f"notice.{role.value}"

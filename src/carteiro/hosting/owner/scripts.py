"""The filter script that the owner of a mailbox writes by hand, beside the rules of the panel (RFC 5228)."""

from functools import partial
from typing import Any

from carteiro.hosting import finding, requests
from carteiro.hosting.access import Actor, Right
from carteiro.hosting.errors import Invalid, translated
from carteiro.hosting.feed import Action, Kind, changes
from carteiro.hosting.models import Mailbox
from carteiro.hosting.questions import ReadSieve, WriteSieve
from carteiro.hosting.requests import Asked
from carteiro.words import N_

LONGEST = 64 * 1024
_IN_THE_LOG = 4000

Mistake = tuple[int, str]
"""A line of the script (0: none in particular), and what Sieve's compiler says of it."""


def read(actor: Actor, address: str) -> Asked[str]:
    """Ask for the active script; empty if there is none."""
    with translated():
        mailbox = finding.mailbox(actor, Right.EDIT_FILTERS, address)
        return Asked(requests.record(ReadSieve(mailbox.address)), str)


def write(actor: Actor, address: str, script: str) -> Asked[list[Mistake]]:
    """Ask that the script be stored and used, an empty one to use none; told are its mistakes, and all is as it was."""
    if len(script.encode()) > LONGEST or "\0" in script:
        raise Invalid(N_("The script is too long."), N_("It may have {longest} bytes."), longest=LONGEST)
    with translated():
        mailbox = finding.mailbox(actor, Right.EDIT_FILTERS, address)
        question = requests.record(WriteSieve(mailbox.address, script))
    return Asked(question, partial(_written, actor, mailbox, script))


def _written(actor: Actor, mailbox: Mailbox, script: str, told: list[list[Any]]) -> list[Mistake]:
    """What came of it; only what was stored is a change."""
    mistakes = [(int(line), str(text)) for line, text in told]
    if not mistakes:
        with changes(actor) as ledger:
            name, after = mailbox.domain.name, {"script": script[:_IN_THE_LOG]}
            ledger.note(Action.SET, Kind.SIEVE_SCRIPT, mailbox.pk, mailbox.address, name, after=after)
    return mistakes

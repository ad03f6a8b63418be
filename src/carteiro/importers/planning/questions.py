"""The conflicts that there can be, what can be done about each, and what is done where nobody decides otherwise.

The first answer is the default. None of them loses anything: what is left is told in the report.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from carteiro.words import N_


@dataclass(frozen=True)
class Question:
    """A kind of conflict: its name in decisions files, what it says, and its answers with what they do."""

    name: str
    text: str
    answers: Mapping[str, str]

    @property
    def default(self) -> str:
        """What is done where nobody decides."""
        return next(iter(self.answers))


_ALL = (
    Question(
        "inactive-domain",
        N_("The domain {thing} is switched off in the table, but the guide's maps went on delivering to it."),
        {"inactive": N_("stays switched off: its mail is refused"), "active": N_("goes on as it really did")},
    ),
    Question(
        "inactive-mailbox",
        N_("The mailbox {thing} is switched off in the table, but still got mail and could log in."),
        {
            "inactive": N_("stays switched off: no mail, no log-in; what it holds is copied"),
            "active": N_("goes on as it really did"),
        },
    ),
    Question(
        "inactive-alias",
        N_("The alias {thing} is switched off in the table, but still led to {targets}."),
        {"inactive": N_("stays switched off: its mail is refused"), "active": N_("goes on as it really did")},
    ),
    Question(
        "address-twice",
        N_("{thing} is there more than once: {other}. Upper and lower case make no difference here."),
        {"newest": N_("the row that was changed last counts"), "first": N_("the row that comes first counts")},
    ),
    Question(
        "illegal-address",
        N_("{thing} can't be an address here: {reason}"),
        {"leave": N_("it is left out; its row and its mail stay where they are")},
    ),
    Question(
        "no-domain",
        N_("{thing} is of a domain that is in no table, so that the old host took no mail for it."),
        {"leave": N_("it is left out"), "domain": N_("the domain is made")},
    ),
    Question(
        "mixed-alias-domain",
        N_("The domain {thing} stands for {target}, but has addresses of its own ({count})."),
        {
            "expand": N_("each address of the other domain gets an alias in it, so that both are there"),
            "alias-domain": N_("it becomes an alias domain; its own addresses are left out"),
        },
    ),
    Question(
        "relay-with-mailboxes",
        N_("{thing} is a backup-MX domain in the table, but has {count} mailboxes or aliases."),
        {"hosted": N_("it is hosted here, with them"), "relay": N_("it is a backup-MX domain; they are left out")},
    ),
    Question(
        "dangling-target",
        N_("{thing} leads to {target}, which does not exist."),
        {"drop": N_("that target is left out"), "leave": N_("the whole alias is left out")},
    ),
    Question(
        "loop",
        N_("{thing} leads back to itself through {target}."),
        {"drop": N_("that target is left out"), "leave": N_("the whole alias is left out")},
    ),
    Question(
        "forwarding-without-copy",
        N_("The mailbox {thing} sends all its mail to {targets} and keeps none."),
        {"forward": N_("stays so"), "copy": N_("a copy is kept in the mailbox too")},
    ),
    Question(
        "unreadable-hash",
        N_("The password of {thing} is stored in a form that nothing here can check."),
        {
            "lock": N_("it is made, but nobody can log in until it gets another password"),
            "clear": N_("what is stored is the password itself, in the clear"),
            "leave": N_("it is left out"),
        },
    ),
    Question(
        "too-many-mailboxes",
        N_("The domain {thing} may have {limit} mailboxes and has {count}."),
        {"raise": N_("it may have as many as it has"), "none": N_("it gets no such limit")},
    ),
    Question(
        "too-many-aliases",
        N_("The domain {thing} may have {limit} aliases and has {count}."),
        {"raise": N_("it may have as many as it has"), "none": N_("it gets no such limit")},
    ),
    Question(
        "quota-over-limit",
        N_("The mailbox {thing} has a quota of {quota}, more than its domain allows, {limit}."),
        {
            "raise": N_("the domain allows as much; nothing of the mailbox changes"),
            "lower": N_("the mailbox gets what the domain allows"),
        },
    ),
    Question(
        "quota-below-usage",
        N_("{thing} holds {used}, more than its quota of {quota}: stock Postfix never looked at it."),
        {
            "raise": N_("the quota becomes what is held and a tenth more, so that mail is taken"),
            "keep": N_("the quota stays: mail is refused until there is room"),
        },
    ),
    Question(
        "row-without-maildir",
        N_("The mailbox {thing} has no Maildir; {maildir} is not there."),
        {"empty": N_("it is made, empty"), "leave": N_("it is left out")},
    ),
    Question(
        "maildir-without-row",
        N_("The Maildir {thing} with {messages} messages belongs to no mailbox."),
        {"leave": N_("it stays where it is")},
    ),
    Question(
        "superadmin",
        N_("{thing} may do everything on the old host (the domain ALL)."),
        {"superadmin": N_("becomes a superadmin here"), "leave": N_("is left out")},
    ),
    Question(
        "admin-password",
        N_("{thing} is an administrator and a mailbox, with two passwords. Here one person has one."),
        {"mailbox": N_("the password of the mailbox counts"), "admin": N_("the password of the administrator counts")},
    ),
    Question(
        "exists-here",
        N_("{kind} {thing} is here already, made by somebody else, and differs."),
        {"here": N_("what is here stays as it is"), "source": N_("it becomes as it is on the old host")},
    ),
    Question(
        "changed-here",
        N_("{kind} {thing} was changed on the old host and here since the last import."),
        {"here": N_("what is here stays as it is"), "source": N_("it becomes as it is on the old host")},
    ),
    Question(
        "removed-here",
        N_("{kind} {thing} was imported and then removed here."),
        {"leave": N_("it stays removed"), "again": N_("it is imported again")},
    ),
    Question(
        "many-vanished",
        N_("{count} of {all} things that were imported earlier are not on the old host any more."),
        {
            "keep": N_("they are left alone: it may be another host, or a dump with holes"),
            "remove": N_("they are moved to the bin"),
        },
    ),
)

QUESTIONS: Mapping[str, Question] = {question.name: question for question in _ALL}

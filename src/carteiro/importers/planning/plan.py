"""The plan of an import: every step of `planning` in its order, and what it comes to. Nothing is read or written."""

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from carteiro.importers.planning import aliases, answering, domains, mailboxes, people
from carteiro.importers.planning.decisions import Conflict, Decisions
from carteiro.importers.planning.desk import Dated, Desk, Fate, Finding, Kind, Maildir, Options, Wanted
from carteiro.importers.planning.said import Said
from carteiro.importers.planning.webmail import Webmail
from carteiro.importers.postfixadmin.model import LogRow, OldHost, RowId
from carteiro.importers.shelf import Pile
from carteiro.words import N_

# Why the rows of tables are left that nothing is carried over from.
_REASONS = {
    "config": N_("PostfixAdmin's own settings"),
    "quota": N_("what mailboxes hold is counted anew"),
    "quota2": N_("what mailboxes hold is counted anew"),
    "vacation_notification": N_("who was answered already is forgotten"),
    "dkim": N_("keys for signing are made anew and published in the DNS"),
    "dkim_signing": N_("keys for signing are made anew and published in the DNS"),
    "mailbox_app_password": N_("passwords of single programs are made anew, under a hash of another kind"),
    "totp_exception_address": N_("second factors are set up anew"),
    "global_abook": N_("an address book that all share has no place here"),
}


@dataclass(frozen=True)
class Plan:
    """What shall be here, and what becomes of each row of the old host."""

    wanted: Mapping[tuple[Kind, str], Wanted]
    claimed: frozenset[tuple[Kind, str]]
    conflicts: tuple[Conflict, ...]
    findings: tuple[Finding, ...]
    fates: Mapping[RowId, tuple[Fate, Said | None]]
    tables: Mapping[str, int]  # how many rows each has
    counted: Mapping[tuple[str, Fate], int]  # of rows that have no fate by name
    log: Sequence[LogRow]
    mail: Mapping[str, Maildir]
    whole_webmail: bool  # see Webmail.whole

    def account(self) -> dict[str, dict[Fate, int]]:
        """How many rows of each table are imported, refused and left."""
        sums = {table: dict.fromkeys(Fate, 0) for table in self.tables}
        for row, (fate, _) in self.fates.items():
            sums[row.table][fate] += 1
        for (table, fate), count in self.counted.items():
            sums[table][fate] += count
        return {table: told for table, told in sums.items() if self.tables[table]}

    def unaccounted(self) -> dict[str, int]:
        """Tables with rows that nobody knows the fate of, and how many: a fault of the program if there are any."""
        sums = self.account()
        return {
            table: lost for table, rows in self.tables.items() if (lost := rows - sum(sums.get(table, {}).values()))
        }


def make(
    old: OldHost,
    decisions: Decisions,
    options: Options,
    *,
    maildirs: Mapping[str, Maildir] | None = None,
    webmail: Webmail | None = None,
) -> Plan:
    """The plan for an old host, the Maildirs found and what the old webmail kept."""
    desk = Desk(old, decisions, options, webmail or Webmail(), maildirs)
    domains.plan(desk)
    mailboxes.plan(desk)
    aliases.plan(desk)
    _fit_limits(desk)
    people.plan(desk)
    answering.plan(desk)
    log = _log(desk)
    _others(desk)
    _tell(desk)
    return Plan(
        wanted=desk.wanted,
        claimed=frozenset(desk.claimed),
        conflicts=tuple(desk.conflicts),
        findings=desk.findings(),
        fates=desk.fates,
        tables=old.counts(),
        counted=desk.tables,
        log=log,
        mail=desk.mail,
        whole_webmail=desk.webmail.whole,
    )


def _fit_limits(desk: Desk) -> None:
    """What is there has to fit into the limits of its domain."""
    counts: Counter[tuple[Kind, str]] = Counter()
    for kind, key in desk.wanted:
        if kind is Kind.MAILBOX or (kind is Kind.ALIAS and not desk.has(Kind.MAILBOX, key)):
            counts[kind, key.rpartition("@")[2]] += 1
    for (kind, name), count in sorted(counts.items()):
        field, question = (
            ("max_mailboxes", "too-many-mailboxes") if kind is Kind.MAILBOX else ("max_aliases", "too-many-aliases")
        )
        domain = desk.wanted[Kind.DOMAIN, name]
        limit = domain.values.get(field)
        if limit is not None and count > limit:
            chosen = desk.ask(question, name, limit=limit, count=count)
            domain.values[field] = count if chosen == "raise" else None


def _log(desk: Desk) -> Sequence[LogRow]:
    """The lines of the log by date; one without a date can't be told of."""
    dates = array("d", (row.at.timestamp() if row.at else 0 for row in desk.old.log))
    there = array("b", (row.at is not None for row in desk.old.log))
    order = array("q", sorted((at for at, known in enumerate(there) if known), key=lambda at: dates[at]))
    in_order = len(order) == len(there) and all(at == place for place, at in enumerate(order))
    dated = desk.old.log if in_order else Pile(desk.old.log[at] for at in order)
    desk.tables["log", Fate.IMPORTED] = len(dated)
    desk.tables["log", Fate.REFUSED] = len(desk.old.log) - len(dated)
    if len(dated) < len(desk.old.log):
        desk.find("log-dates", N_("Lines of the log without a date are left out."))
    return dated


def _others(desk: Desk) -> None:
    for table in desk.old.others:
        desk.tables[table.name, Fate.LEFT] = table.rows
        reason = _REASONS.get(table.name, "")
        desk.find(f"table-{table.name}", reason, f"{table.name} ({table.rows})")
    answered = {row[0] for row in chain(desk.old.webmail, desk.old.contacts)} - set(desk.webmail.people)
    for table_name, rows in (("userprefs", desk.old.webmail), ("address", desk.old.contacts)):
        desk.tables[table_name, Fate.LEFT] += sum(1 for row in rows if row[0] in answered)


def _tell(desk: Desk) -> None:
    """What is to be known of a host after the guide, whatever its tables say."""
    if any(conflict.name.startswith("inactive-") for conflict in desk.conflicts):
        text = N_(
            "Rows that are switched off still got mail: additional_conditions was commented out in the guide's maps."
        )
        things = [f"{each.name.removeprefix('inactive-')} {each.thing}" for each in desk.conflicts if _off(each)]
        desk.find("inactive", text, *things)
    if desk.old.alias_domains and not desk.old.schema:
        desk.find("alias-domains", N_("Alias domains are in a table that no map of the guide reads."))
    if desk.old.mailboxes:
        text = N_(
            "Whoever logged in could send as anybody: senders were not checked. Here they are; see carteiro grant."
        )
        desk.find("senders", text)
    if desk.old.repaired:
        text = N_("Texts that were encoded twice (UTF-8 in a latin1 table) are put right.")
        desk.find("double-encoding", text, *(str(row) for row in desk.old.repaired))
    rows: tuple[Iterable[Dated], ...] = (desk.old.domains, desk.old.mailboxes, desk.old.aliases, desk.old.admins)
    dated = chain.from_iterable(rows)
    undated = [str(row.row) for row in dated if row.dates.created is None and row.row.key != "ALL"]
    if undated:
        desk.find("zero-dates", N_("Rows with a zero date: the day of the import counts as theirs."), *undated)


def _off(conflict: Conflict) -> bool:
    return conflict.name.startswith("inactive-")

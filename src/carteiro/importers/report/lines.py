"""The report as text for a terminal: short, with what needs a look first."""

from io import StringIO

from rich import box
from rich.console import Console
from rich.table import Table

from carteiro.importers.report.telling import Told
from carteiro.words import N_, translate

_MOST = 12  # things named of a finding; all of them are in the report's file
_ACTS = ("add", "set", "same", "adopt", "keep", "remove", "forget", "refused")
_HEADS = {
    "add": N_("add"),
    "set": N_("change"),
    "same": N_("same as before"),
    "adopt": N_("here already"),
    "keep": N_("kept"),
    "remove": N_("remove"),
    "forget": N_("gone"),
    "refused": N_("refused"),
}


def lines(told: Told) -> str:
    """The text in the language of the terminal."""
    out = StringIO()
    console = Console(file=out, width=118, highlight=False, markup=False, emoji=False)
    console.print(translate(N_("The old host: {source}"), source=told["source"]))
    _tables(console, told)
    _findings(console, told)
    _conflicts(console, told)
    _steps(console, told)
    _rows(console, told)
    _mail(console, told)
    _end(console, told)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _table(*heads: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for at, head in enumerate(heads):
        table.add_column(head, justify="left" if at == 0 else "right", overflow="fold")
    return table


def _tables(console: Console, told: Told) -> None:
    heads = (N_("table"), N_("rows"), N_("imported"), N_("refused"), N_("left"))
    table = _table(*(translate(head) for head in heads))
    for name, sums in told["tables"].items():
        table.add_row(name, *(str(sums[column]) for column in ("rows", "imported", "refused", "left")))
    console.print(table)


def _findings(console: Console, told: Told) -> None:
    if told["findings"]:
        console.print(translate(N_("What it really did")) + ":")
    for finding in told["findings"]:
        things = finding["things"]
        shown = ", ".join(things[:_MOST]) + (f" … ({len(things)})" if len(things) > _MOST else "")
        console.print(f"- {finding['text']}" + (f" {shown}" if shown else ""))


def _conflicts(console: Console, told: Told) -> None:
    console.print()
    console.print(translate(N_("Conflicts, and what is done about them")) + f" ({len(told['conflicts'])}):")
    for conflict in told["conflicts"]:
        console.print(f"- {conflict['text']}")
        console.print(f"    {conflict['answer']}: {conflict['done']}")


def _steps(console: Console, told: Told) -> None:
    console.print()
    heads = [act for act in _ACTS if any(acts.get(act) for acts in told["steps"].values())]
    table = _table(translate(N_("What changes here")), *(translate(_HEADS[head]) for head in heads))
    for kind, acts in told["steps"].items():
        table.add_row(kind.replace("_", " "), *(str(acts.get(head, 0)) for head in heads))
    console.print(table)


def _rows(console: Console, told: Told) -> None:
    for title, found, key in (
        (N_("Rows that are not here, and why"), told["rows"], "row"),
        (N_("What stays as it is here, or goes to the bin"), told["kept"], "thing"),
    ):
        if found:
            console.print(translate(title) + ":")
        for row in found:
            word = row.get("fate") or row["act"]
            console.print(f"- {row[key]}: {translate(word)}" + (f", {row['reason']}" if row["reason"] else ""))


def _mail(console: Console, told: Told) -> None:
    if not told["mail"]:
        return
    heads = (N_("mailbox"), N_("messages"), N_("copied"), N_("unchanged"), N_("deleted"), N_("differences"))
    table = _table(*(translate(head) for head in heads))
    for one in told["mail"]:
        counts = (str(one.get(name, "")) for name in ("messages", "copied", "unchanged", "deleted"))
        table.add_row(one["address"], *counts, str(len(one["differences"])) if "differences" in one else "")
    console.print(table)
    for one in told["mail"]:
        for each in one.get("refused", ()):
            console.print(f"- {one['address']}: {each['name']}: {each['reason']}")
        for each in one.get("differences", ()):
            console.print(f"- {one['address']}: {each['folder'] or 'INBOX'} {each['uid'] or ''}: {each['what']}")
        if "fault" in one:
            console.print(f"- {one['address']}: {one['fault']}")


def _end(console: Console, told: Told) -> None:
    verification = told["verification"] or {"missing": (), "failed": (), "log_ins": 0}
    for thing in verification["missing"]:
        console.print(translate(N_("{thing} is missing here, or is not as on the old host."), thing=thing))
    if verification["log_ins"]:
        console.print(translate(N_("Log-ins tried with known passwords: {count}"), count=verification["log_ins"]))
    for one in verification["failed"]:
        console.print(translate(N_("{address} can't log in over {protocol}: {reason}"), **one))
    if told["clean"] is not None:
        console.print(
            translate(N_("Nothing differs.") if told["clean"] else N_("Something differs; it is named above."))
        )

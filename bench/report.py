"""The figures as a table, on the terminal and in docs/performance.md."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.delivery import Round
from bench.waits import Waits

DOCUMENT = Path(__file__).resolve().parent.parent / "docs/performance.md"
_HEADING = "## Results\n"


@dataclass(frozen=True)
class Line:
    """One figure; empty where a set-up has none."""

    figure: str
    values: Sequence[str]
    ratio: str
    wanted: str


def delivery_lines(names: Sequence[str], rounds: Mapping[str, Sequence[Round]]) -> list[Line]:
    """Speed and cost of delivery; the first name is Carteiro's, the second the limit's, the third the old host's."""
    figures: list[tuple[str, Callable[[Round], float], str]] = [
        ("messages stored per second", lambda one: one.stored, "≥ 0.9 of static, ≥ 1 of old"),
        ("messages accepted per second", lambda one: one.accepted, ""),
        ("processor ms per message", lambda one: one.milliseconds, ""),
    ]
    return [
        _compared(figure, [median(pick(one) for one in rounds[name]) for name in names], wanted)
        for figure, pick, wanted in figures
    ]


def login_line(figure: str, names: Sequence[str], rates: Mapping[str, Sequence[float]]) -> Line:
    """Logins per second."""
    values = [median(rates[name]) if name in rates else None for name in names]
    return _compared(figure, values, "≥ 0.9 of static")


def wait_lines(waits: Waits) -> list[Line]:
    """The owner's waits."""
    return [
        Line(
            "`mailbox add` answered → its first message is stored", [f"{waits.mailbox * 1000:.0f} ms"], "", "< 100 ms"
        ),
        Line("`mailbox add` itself", [f"{waits.command:.2f} s"], "", ""),
        Line("`apply` without changes", [f"{waits.apply:.2f} s"], "", "< 1 s"),
        Line("`./up` of an existing instance", [f"{waits.start:.1f} s"], "", "< 5 s"),
        Line("idle memory in all (PSS)", [f"{waits.memory / 1024**2:.0f} MB"], "", ""),
    ]


def programs(name: str, rounds: Sequence[Round]) -> str:
    """Where the processor time of a message goes, biggest first."""
    all_names = {program for one in rounds for program in one.programs}
    costs = {program: median(one.programs.get(program, 0) for one in rounds) for program in all_names}
    shown = sorted(((cost, program) for program, cost in costs.items() if cost >= 0.02), reverse=True)
    return f"{name}: " + ", ".join(f"{program} {cost:.2f}" for cost, program in shown)


def table(names: Sequence[str], lines: Sequence[Line]) -> str:
    """A Markdown table."""
    rows = [["figure", *names, "ratio", "wanted"], ["---"] * (len(names) + 3)]
    for line in lines:
        values = [*line.values, *[""] * (len(names) - len(line.values))]
        rows.append([line.figure, *values, line.ratio, line.wanted])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def write(machine: str, results: str, spent: Sequence[str]) -> None:
    """Put the results into the document, in place of the former ones."""
    text = DOCUMENT.read_text()
    begin = text.index(_HEADING) + len(_HEADING)
    end = text.find("\n## ", begin)
    rest = text[end:] if end >= 0 else ""
    costs = "".join(f"- {line}\n" for line in spent)
    body = f"\n{machine}.\n\n{results}\nProcessor milliseconds per message by program:\n\n{costs}"
    DOCUMENT.write_text(text[:begin] + body + rest)


def _compared(figure: str, values: Sequence[float | None], wanted: str) -> Line:
    own, *others = values
    ratios = ", ".join(f"{own / other:.2f}" for other in others if own and other)
    shown = ["" if value is None else f"{value:.2f}" if value < 20 else f"{value:.0f}" for value in values]
    return Line(figure, shown, ratios, wanted)

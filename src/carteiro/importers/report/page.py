"""The report as one HTML page without anything from elsewhere: it can be mailed, printed and signed."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from carteiro.importers.report.telling import Told
from carteiro.words import N_, translate
from carteiro.words.speak import language

_LABELS = {
    "title_plan": N_("What an import would do"),
    "title_done": N_("What was imported"),
    "source": N_("The old host: {source}"),
    "tables": N_("What its tables hold"),
    "table": N_("table"),
    "rows": N_("rows"),
    "imported": N_("imported"),
    "refused": N_("refused"),
    "left": N_("left"),
    "findings": N_("What it really did"),
    "conflicts": N_("Conflicts, and what is done about them"),
    "no_conflicts": N_("There are none."),
    "steps": N_("What changes here"),
    "kind": N_("kind"),
    "add": N_("add"),
    "set": N_("change"),
    "same": N_("same as before"),
    "adopt": N_("here already"),
    "keep": N_("kept"),
    "remove": N_("remove"),
    "forget": N_("gone"),
    "rows_left": N_("Rows that are not here, and why"),
    "kept": N_("What stays as it is here, or goes to the bin"),
    "mail": N_("Mail"),
    "mailbox": N_("mailbox"),
    "messages": N_("messages"),
    "size": N_("size"),
    "copied": N_("copied"),
    "unchanged": N_("unchanged"),
    "deleted": N_("deleted"),
    "flagged": N_("flags changed"),
    "differences": N_("differences"),
    "verification": N_("Verification"),
    "missing": N_("Missing here, or not as on the old host"),
    "log_ins": N_("Log-ins tried with known passwords: {count}"),
    "clean": N_("Nothing differs."),
    "not_clean": N_("Something differs; it is named below."),
    "signature": N_("Date and signature"),
}


def page(told: Told) -> str:
    """The page in the language of the terminal."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    labels = {name: translate(text) for name, text in _LABELS.items()}
    template = environment.get_template("page.html.j2")
    code = "pt-BR" if language().startswith("pt") else "en"
    return template.render(told=told, labels=labels, language=code)

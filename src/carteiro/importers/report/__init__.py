"""The report of a move, before it and after it: for a terminal, as a page to keep and sign, as JSON for programs."""

from carteiro.importers.report.lines import lines
from carteiro.importers.report.page import page
from carteiro.importers.report.telling import Told, tell

__all__ = ["Told", "lines", "page", "tell"]

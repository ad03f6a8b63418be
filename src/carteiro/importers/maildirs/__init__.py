"""Maildirs of Courier and Dovecot, brought into a mailbox here with all that old programs rely on, and compared.

Sources are read and never changed. A later run brings only what is different by then.
"""

from carteiro.importers.maildirs.copying import bring, copy
from carteiro.importers.maildirs.files import How
from carteiro.importers.maildirs.finding import Measured, find, measure
from carteiro.importers.maildirs.names import printable
from carteiro.importers.maildirs.outcome import Difference, Outcome, Refused
from carteiro.importers.maildirs.reading import opened
from carteiro.importers.maildirs.source import Source
from carteiro.importers.maildirs.verifying import verify

__all__ = [
    "Difference",
    "How",
    "Measured",
    "Outcome",
    "Refused",
    "Source",
    "bring",
    "copy",
    "find",
    "measure",
    "opened",
    "printable",
    "verify",
]

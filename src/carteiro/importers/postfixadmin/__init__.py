"""PostfixAdmin's tables, of any release from 2.2 on, from a live database or a dump, as one typed `OldHost`."""

from carteiro.importers.postfixadmin.model import OldHost, RowId
from carteiro.importers.postfixadmin.reading import read

__all__ = ["OldHost", "RowId", "read"]

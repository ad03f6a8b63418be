"""Many domains, mailboxes and aliases from or to one CSV file.

One record a line, UTF-8 with or without a BOM, parted by `,` or `;`, columns named by the first line
(see `rows.COLUMNS`). Domains come before what is in them, mailboxes before their forwarding; other
aliases come in any order.
"""

from carteiro.hosting.bulk.applying import Progress, Report, apply, check
from carteiro.hosting.bulk.reading import LineFault, read
from carteiro.hosting.bulk.rows import COLUMNS, Row
from carteiro.hosting.bulk.writing import export, lines

__all__ = ["COLUMNS", "LineFault", "Progress", "Report", "Row", "apply", "check", "export", "lines", "read"]

"""What the files of an export are called."""

from urllib.parse import quote

DOMAIN = "domain.yaml"
MAILBOX = "mailbox.yaml"
MAILBOXES = "mailboxes"
CONTACTS = "contacts.vcf"
SIEVE = "sieve"
MAILDIR = "Maildir"
MBOX = "mbox"
UNFINISHED = "unfinished"  # in MAILBOX, until the first export has come to its end


def of_address(address: str) -> str:
    """The directory of a mailbox within its domain's: the local part, with what no file's name may have written %XX."""
    local = quote(address.partition("@")[0], safe="+=@ ")
    return f"%2E{local[1:]}" if local.startswith(".") else local

"""Domains and mailboxes as standard files, and back: Maildir or mbox, Sieve, vCard, YAML.

A mailbox is a directory: mailbox.yaml, contacts.vcf, sieve/, and Maildir/ or mbox/. A domain is a directory:
domain.yaml, and mailboxes/ with one for each local part. All files are their owner's alone: hashes of passwords are in
them.
"""

from carteiro.importers.exporting.reading import Taken, read_domain, read_mailbox
from carteiro.importers.exporting.writing import Form, Written, write_domain, write_mailbox

__all__ = ["Form", "Taken", "Written", "read_domain", "read_mailbox", "write_domain", "write_mailbox"]

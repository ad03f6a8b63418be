"""What the owner of a mailbox sets up for it: notice, filters, accounts elsewhere, address book."""

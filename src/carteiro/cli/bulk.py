"""`carteiro bulk`: many domains, mailboxes and aliases from or to one CSV file."""

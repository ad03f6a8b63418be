"""The pages of a mailbox's owner."""

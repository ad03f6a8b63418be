"""The history of the requests table."""

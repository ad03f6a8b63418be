"""The machine: the only room that starts processes and writes files outside the database."""

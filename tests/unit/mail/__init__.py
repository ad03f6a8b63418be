"""The vocabulary of mail."""

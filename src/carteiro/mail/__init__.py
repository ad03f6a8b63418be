"""The vocabulary of mail: values and pure functions."""

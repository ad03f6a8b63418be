"""The running host as the accounts database knows it: readings, figures, use, and the acts on it."""

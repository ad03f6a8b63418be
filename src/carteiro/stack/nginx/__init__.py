"""nginx: its files, and how it is run, checked, reloaded and probed."""

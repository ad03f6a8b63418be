"""The command line: one file per noun; it parses, asks and shows, and decides nothing."""

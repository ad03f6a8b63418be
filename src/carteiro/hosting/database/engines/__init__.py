"""Django's backends for servers as a mail host wants them: bounded waits, strict modes, equal comparisons."""

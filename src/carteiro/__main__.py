"""`python -m carteiro` is the command line."""

from carteiro.cli.main import main

main()

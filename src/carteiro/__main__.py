"""`carteiro` and `python -m carteiro` are the command line."""

import gc


def main() -> None:
    """Run it."""
    # What is loaded at the start stays, but the collector would look through all of it again and again: an eighth of
    # the time of a command. It rests until all is there (cli.main.LazyGroup).
    gc.disable()
    from carteiro.cli.main import main as command_line

    command_line()


if __name__ == "__main__":
    main()

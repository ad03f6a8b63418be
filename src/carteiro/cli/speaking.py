"""Help in the language of the terminal: our own texts, and those that typer brings."""

from typing import Any

from carteiro.words import N_, translate

# What typer shows around our texts; all but the last it looks up itself (gettext), where `words.lend` leads it.
OF_TYPER = (
    N_("Arguments"),
    N_("Options"),
    N_("Commands"),
    N_("Error"),
    N_("Aborted."),
    N_("Missing command."),
    N_("No such command {name!r}."),
    N_("[default: {}]"),
    N_("[env var: {}]"),
    N_("[required]"),
    N_("Try [blue]'{command_path} {help_option}'[/] for help."),
    N_("Show this message and exit."),
)


def texts(command: Any) -> set[str]:  # noqa: ANN401 - typer vendors the class
    """The help of a command, of its options and arguments, and of all below it, as it is written."""
    own = {command.help, *(getattr(parameter, "help", None) for parameter in command.params)}
    return {text for text in own if text}.union(*(texts(one) for one in _below(command)))


def speak(command: Any) -> None:  # noqa: ANN401 - typer vendors the class
    """Put the help of a command and of all below it into the language of the terminal."""
    if command.help:
        command.help = translate(command.help)
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = translate(parameter.help)
    _speak_of_help(command)
    for one in _below(command):
        speak(one)


def _speak_of_help(command: Any) -> None:  # noqa: ANN401
    """The option --help is made anew whenever somebody asks for a command's options."""
    make = command.get_help_option

    def translated(context: Any) -> Any:  # noqa: ANN401
        option = make(context)
        option.help = translate(OF_TYPER[-1])
        return option

    command.get_help_option = translated


def _below(command: Any) -> list[Any]:  # noqa: ANN401
    return list(getattr(command, "commands", {}).values())

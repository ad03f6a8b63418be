"""What is wrong with a settings file, said so that its owner can mend it."""

from carteiro.words import Fault, translate


class InvalidSettings(Fault):
    """A fault of the settings file; `more` holds the other faults that were found with it."""

    code = "invalid_settings"
    more: tuple["InvalidSettings", ...] = ()


class Phrase:
    """A text of the catalogue inside another one; it takes the reader's language when it is shown."""

    def __init__(self, text: str, **values: object) -> None:
        self._text = text
        self._values = values

    def __str__(self) -> str:
        return translate(self._text, **self._values)

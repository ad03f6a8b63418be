"""The one shape of every error that a person is meant to read."""


def N_(text: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark a text for the catalogues without translating it yet."""
    return text


class Fault(Exception):
    """Something can't be done: the thing and the reason, and the remedy.

    `text` and `remedy` are message ids of the catalogue with `{name}` places that `values` fill,
    so that whoever shows the fault does so in the reader's language. `code` is stable, for programs.
    """

    code = "fault"

    def __init__(self, text: str, remedy: str = "", *, code: str | None = None, **values: object) -> None:
        super().__init__(text)
        self.text = text
        self.remedy = remedy
        self.values = values
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        """The fault in English, as one line."""
        parts = [part.format(**self.values) for part in (self.text, self.remedy) if part]
        return " ".join(parts).replace("\n", " ")

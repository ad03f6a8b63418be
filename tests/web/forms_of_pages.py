"""The forms of a page as a browser would send them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class PageForm:
    """A form that is sent by POST: where to, and what it holds as it stands."""

    action: str
    kept: dict[str, str] = field(default_factory=dict)
    """Hidden fields, ticks and choices."""
    typed: dict[str, str] = field(default_factory=dict)
    """What somebody types into."""
    choices: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    passwords: set[str] = field(default_factory=set)


_UNTYPED = {"hidden", "checkbox", "radio", "submit", "button", "reset", "image"}


class _Reader(HTMLParser):
    """Takes the forms of a page apart."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._form: PageForm | None = None
        self._text: str | None = None
        self._choice: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form" and told.get("method", "").lower() == "post":
            self._form = PageForm(told.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None and tag == "option" and self._choice:
            self._option(self._form, self._choice, told)
        elif self._form is not None and told.get("name"):
            self._field(self._form, tag, told)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag in {"textarea", "select"}:
            self._text = self._choice = None

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._text:
            self._form.typed[self._text] += data

    def _field(self, form: PageForm, tag: str, told: dict[str, str]) -> None:
        name, kind = told["name"], told.get("type", "text")
        if tag == "textarea":
            self._text = name
            form.typed[name] = ""
        elif tag == "select":
            self._choice = name
            form.choices.add(name)
        elif tag == "input" and kind == "file":
            form.files.add(name)
        elif tag == "input" and kind not in _UNTYPED:
            form.typed[name] = told.get("value", "")
            if kind == "password":
                form.passwords.add(name)
        elif tag == "input" and (kind == "hidden" or "checked" in told):
            form.kept[name] = told.get("value", "on")

    def _option(self, form: PageForm, name: str, told: dict[str, str]) -> None:
        if "selected" in told or name not in form.kept:
            form.kept[name] = told.get("value", "")


def forms_of(page: str) -> list[PageForm]:
    """All forms of a page that are sent by POST, in the order of the page."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms

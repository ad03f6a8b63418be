"""The panel as a browser without scripts uses it: cookies are kept, forms are filled in and sent as they stand."""

import re
from html.parser import HTMLParser
from urllib.parse import urlencode

from .browser import Answer, Site, browse
from .instance import Person


class Panel:
    """Somebody in front of a host's panel."""

    def __init__(self, host: Site) -> None:
        self._host = host
        self._jar = host.directory / "cookies.txt"
        self._base = f"https://{host.hostname}"

    def sign_in(self, person: Person) -> None:
        """Sign in; AssertionError where that is refused."""
        answer = self.fill("/sign-in/", address=person.address, password=person.password)
        assert "Sign in ·" not in answer.body, words(answer.body)

    def get(self, path: str) -> Answer:
        """The page at a path; AssertionError for anything but a page."""
        answer = self._ask(path)
        assert answer.status == 200, f"{path}: {answer.status} {words(answer.body)}"
        return answer

    def fill(self, path: str, *, button: tuple[str, str] | None = None, **fields: str) -> Answer:
        """Fill in the form of a page that has these fields, and send it; an empty text takes a tick off."""
        form = _form(path, self.get(path).body, {*fields, *([button[0]] if button else [])})
        sent = {**form.values, **fields, **(dict([button]) if button else {})}
        return self.post(form.action or path, {name: value for name, value in sent.items() if value})

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form, and follow where it leads."""
        answer = self._ask(path, urlencode(fields).encode())
        if answer.status == 302:
            return self.get(answer.fields["location"])
        assert answer.status == 200, f"{path}: {answer.status} {words(answer.body)}"
        return answer

    def _ask(self, path: str, data: bytes | None = None) -> Answer:
        url = self._base + path
        jar = ("--cookie", str(self._jar), "--cookie-jar", str(self._jar))
        if data is None:
            return browse(self._host, url, *jar)
        return browse(self._host, url, *jar, "--referer", url, "--data-binary", "@-", stdin=data)


def words(page: str) -> str:
    """What a page says, without its tags, for a person who reads a failure."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


class _Forms(HTMLParser):
    """The POST forms of a page with what they would send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = told.get("method", "").lower() == "post"
            if self._open:
                self.forms.append(_Form(told.get("action", "")))
        elif self._open and tag in {"input", "textarea", "select", "button"} and "name" in told:
            form = self.forms[-1]
            form.names.add(told["name"])
            boxes = {"checkbox": "on", "radio": "on"}
            if tag == "input" and (told.get("type") not in boxes or "checked" in told):
                form.values[told["name"]] = told.get("value", boxes.get(told.get("type", ""), ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False


class _Form:
    def __init__(self, action: str) -> None:
        self.action = action
        self.names: set[str] = set()
        self.values: dict[str, str] = {}


def _form(path: str, page: str, names: set[str]) -> _Form:
    """The form that has these fields; the page's own before those of its frame."""
    parser = _Forms()
    parser.feed(page)
    found = [form for form in parser.forms if names <= form.names]
    assert found, f"no form has {names}: {words(page)}"
    return min(found, key=lambda form: form.action not in {"", path})

"""A page speaks the language of its reader, all of it."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from carteiro.hosting.bulk import COLUMNS
from carteiro.web.people.pages import NEEDS
from tests.web import rights
from tests.web.conftest import Browser, World

# Every page asks every database in its own tests; this is about words.
pytestmark = pytest.mark.database("sqlite")

PAGES = rights.patterns()
PLACES = {
    "address": "bob@example.org",
    "admin": "alice@example.org",
    "alias": "team@example.org",
    "domain": "example.org",
    "number": 1,
}
# They wait for an answer of the worker's, and there is none; what they say then is said by the others too.
ASK_THE_WORKER = {
    "account-folders",
    "account-sessions",
    "account-script",
    "mailbox-script",
    "queue-message",
    "service-log",
}
# What is the same in both languages: names of things, columns of files, sizes, and what this test has made.
NAMES = re.compile(
    r"Carteiro|English|Português Brasileiro|Menu|Total|Log|Webmail|Script \(Sieve\)"
    r"|((IMAP|POP3|SMTP|ManageSieve|STARTTLS|\(TLS\))\W*)+"
    r"|iPhone, iPad, Mac|abuse, hostmaster, postmaster, webmaster|X-Mailer|Use 'carteiro domain'\.|[Tt]ailspin|Phone"
    r"|\{\w+\}|[0-9a-f]{32}|root|test"
    rf"|\S*[@.:/_]\S*( · Carteiro)?|{'|'.join(COLUMNS)}|[\d\W]*([KMG]?B|bytes)?|[A-Z]"
)


_UNREAD = {"code", "pre", "script", "style", "textarea"}


class _Words(HTMLParser):
    """What somebody reads on a page, or has read out; not its examples of what is typed or logged."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unread += tag in _UNREAD
        for name in ("aria-label", "title", "placeholder", "alt", "data-label"):
            self._add(dict(attrs).get(name) or "")

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag in _UNREAD

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self._add(data)

    def _add(self, text: str) -> None:
        if text.strip():
            self.found.add(" ".join(text.split()))


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("pt-BR", "pt-br"),
        ("pt-PT", "pt-br"),
        ("pt", "pt-br"),
        ("pt-BR,pt;q=0.9,en;q=0.8", "pt-br"),
        ("de, pt;q=0.5, en;q=0.3", "pt-br"),
        ("en", "en"),
        ("en-GB,pt;q=0.5", "en"),
        ("de", "en"),
        ("", "en"),
    ],
)
def test_the_browser_says_which_language(browser: Browser, asked: str, spoken: str) -> None:
    page = browser().get("/sign-in/", headers={"accept-language": asked})
    assert page["Content-Language"] == spoken
    assert f'lang="{spoken}"' in page.content.decode().lower()
    assert ("Esqueceu a senha?" in page.content.decode()) == (spoken == "pt-br")


def test_what_somebody_chose_counts_more_than_the_browser(browser: Browser) -> None:
    client = browser()
    client.post("/look/language/", {"language": "pt-br", "next": "/sign-in/"}, secure=True)
    assert client.get("/sign-in/", headers={"accept-language": "en"})["Content-Language"] == "pt-br"


def test_a_fault_at_a_field_is_told_in_the_language_of_the_reader(browser: Browser, world: World) -> None:
    client = browser(world.superadmin)
    page = client.post("/domains/add/", {"name": "no domain"}, headers={"accept-language": "pt-BR"})
    assert page.status_code == 422
    assert "não é um nome de domínio" in page.content.decode()


@pytest.mark.parametrize("person", ["superadmin", "bob"])
def test_nothing_on_a_page_stays_english(browser: Browser, furnished: World, person: str) -> None:
    client = browser(getattr(furnished, person))
    untold = {name: left for name in sorted(NEEDS.keys() - ASK_THE_WORKER) if (left := _english(client, name))}
    assert not untold


def test_nothing_before_the_sign_in_stays_english(browser: Browser, world: World) -> None:
    untold = {name: left for name in ("sign-in", "forgotten", "recover-choose") if (left := _english(browser(), name))}
    assert not untold


def test_what_is_forgotten_in_a_template_is_seen() -> None:
    assert not NAMES.fullmatch("Sign in")
    assert _words("<p title='Help'>Sign in <code>x</code></p>") == {"Help", "Sign in"}


def _english(client: Client, name: str) -> list[str]:
    """What a page says in the same words in both languages, names left out."""
    client.raise_request_exception = False
    route = str(PAGES[name].pattern)
    path = reverse(name, kwargs={place: PLACES.get(place, "x") for place in re.findall(r"<(?:\w+:)?(\w+)>", route)})
    english, portuguese = (client.get(path, headers={"accept-language": code}) for code in ("en", "pt-BR"))
    if not english.get("Content-Type", "").startswith("text/html"):
        return []
    same = _words(english.content.decode()) & _words(portuguese.content.decode())
    return sorted(words for words in same if not NAMES.fullmatch(words))


def _words(page: str) -> set[str]:
    words = _Words()
    words.feed(page)
    return words.found

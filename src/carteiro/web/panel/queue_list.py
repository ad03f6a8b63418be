"""The messages of the last look at the queue as a list: searched, filtered, paged, all kept in the page's address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carteiro.web.look.lists import Choice
from carteiro.web.panel.reasons import in_words

SIZE = 50
_LONGEST = 200

# Postfix's name of a queue → tone, and what it is to people.
STATES: Mapping[str, tuple[str, Promise]] = {
    "active": ("info", _("Being delivered")),
    "incoming": ("info", _("Coming in")),
    "maildrop": ("info", _("Coming in")),
    "deferred": ("warn", _("Waits")),
    "hold": ("off", _("Held")),
}
_OTHER = ("off", _("Unknown"))
_CHOICES = tuple((name, STATES[name][1]) for name in ("deferred", "hold", "active"))


@dataclass(frozen=True)
class Message:
    """A queued message as a line of the list."""

    id: str
    state: str
    arrived: datetime
    size: int
    sender: str
    recipients: list[str]
    more: int  # recipients that are not in the list
    reasons: list[str]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Message":
        """A message of a look at the queue."""
        recipients = told["recipients"]
        return cls(
            told["id"],
            told["state"],
            datetime.fromisoformat(told["arrived"]),
            told["size"],
            told["sender"],
            recipients[:3],
            told["recipient_count"] - len(recipients[:3]),
            told["reasons"],
        )

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return STATES.get(self.state, _OTHER)[0]

    @property
    def state_label(self) -> Promise:
        """Its state for people."""
        return STATES.get(self.state, _OTHER)[1]

    @property
    def why(self) -> str | Promise:
        """Why it is still here, in words; nothing where it has not been tried."""
        return in_words(self.reasons[0]) if self.reasons else ""


class QueueList:
    """What a page of the queue shows; it has the attributes that the parts of a list want."""

    def __init__(self, path: str, asked: Mapping[str, str], messages: Sequence[Mapping[str, Any]]) -> None:
        self.path = path
        self.search = " ".join(asked.get("q", "")[:_LONGEST].split())
        self.chosen = asked.get("state", "") if asked.get("state", "") in STATES else ""
        self._found = [told for told in messages if self._matches(told)]
        last = max(0, len(self._found) - 1) // SIZE
        page = asked.get("page", "")
        self._page = min(int(page), last) if page.isascii() and page.isdigit() and len(page) < 6 else 0

    @property
    def rows(self) -> list[Message]:
        """The messages of this page."""
        begin = self._page * SIZE
        return [Message.of(told) for told in self._found[begin : begin + SIZE]]

    @property
    def total(self) -> int:
        """How many there are on all pages."""
        return len(self._found)

    count = total

    @property
    def narrowed(self) -> bool:
        """Whether a search or a filter is on."""
        return bool(self.search or self.chosen)

    @property
    def choices(self) -> list[Choice]:
        """The filters."""
        return [Choice("state", _("State"), _CHOICES, self.chosen)]

    @property
    def url(self) -> str:
        """The address of this page."""
        return self._url(self._page)

    @property
    def everything(self) -> str:
        """The address without search and filter."""
        return self.path

    @property
    def previous(self) -> str:
        """The address of the page before, or nothing."""
        return self._url(self._page - 1) if self._page else ""

    @property
    def next(self) -> str:
        """The address of the next page, or nothing."""
        return self._url(self._page + 1) if (self._page + 1) * SIZE < len(self._found) else ""

    @property
    def listing(self) -> dict[str, bool]:
        """What the filter bar has."""
        return {"searches": True}

    @property
    def state(self) -> dict[str, str]:
        """What is typed in the filter bar."""
        return {"search": self.search}

    def _matches(self, told: Mapping[str, Any]) -> bool:
        if self.chosen and told["state"] != self.chosen:
            return False
        text = " ".join((told["id"], told["sender"], *told["recipients"], *told["reasons"])).lower()
        return all(word in text for word in self.search.lower().split())

    def _url(self, page: int) -> str:
        parts = {"q": self.search, "state": self.chosen, "page": page}
        query = urlencode({name: value for name, value in parts.items() if value})
        return f"{self.path}?{query}" if query else self.path

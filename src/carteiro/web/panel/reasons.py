"""Why a message is still in the queue, in words for people who do not read SMTP."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_WORDS: tuple[tuple[re.Pattern[str], Promise], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (r"connection refused", _("The other host refuses connections: its mail server does not run.")),
        (r"timed out|no route|unreachable", _("The other host does not answer.")),
        (
            r"host (or domain name )?not found|name service error|no mx|nullmx|malformed dns",
            _("The domain's mail server is not found: the domain is misspelt, or its DNS is in trouble."),
        ),
        (r"gr[ae]y.?list", _("The other host makes newcomers wait (greylisting); the next try should get through.")),
        (r"4\.2\.2|over ?quota|mailbox(es)? .*full|insufficient .*storage", _("The recipient's mailbox is full.")),
        (r"certificate|\btls\b", _("No safe connection (TLS) to the other host comes about.")),
        (r"sasl|authentication", _("The next host does not accept our log-in: check its user name and password.")),
        (r"too many|rate|throttl|try again later", _("The other host takes no more from us for the moment.")),
        (
            r"spam|block(ed|list)|reputation|blacklist|\brbl\b|dnsbl",
            _("The other host distrusts this one: look whether our address is on a block list."),
        ),
        (r"unverified|address verification", _("It is not known yet whether the recipient exists.")),
        (r"private/|mail transport unavailable", _("A service of this host does not run: look at the services.")),
        (r"said: 4|4[0-9]{2}[ -]", _("The other host puts the message off.")),
    )
)
_OTHER = _("Postfix will try again.")


def in_words(reason: str) -> str | Promise:
    """What a reason of Postfix's means."""
    return next((words for pattern, words in _WORDS if pattern.search(reason)), _OTHER)

"""Lines of Postfix's and Dovecot's logs → numbers of mail and log-ins by the hour, and who logged in from where."""

import datetime
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from carteiro.hosting.running.figures import Seen, Series

# smtpd opened a queue file: a message has begun, from a stranger or from one of ours who logged in.
_TAKEN = re.compile(r"postfix/(?:(\w+)/)?smtpd\[\d+\]: \w+: client=\S*\[([^\]]+)\](?:.*?, sasl_username=([^\s,]+))?")
_GIVEN = re.compile(r"postfix/(?:\w+/)?(lmtp|smtp)\[\d+\]: \w+: to=<([^>]*)>.* status=sent ")
_REFUSED = re.compile(r"postfix/(?:smtpd|cleanup)\[\d+\]: \w+: (?:milter-)?reject: \S+ from \S+: 5.* to=<([^>]*)>")
# "Login" is Dovecot 2.3's word, "Logged in" 2.4's.
_LOGGED_IN = re.compile(r" (imap|pop3|managesieve)-login: Info: Log(?:in|ged in): user=<([^>]+)>.*?, rip=([^,\s]+)")
_PROTOCOLS = {"managesieve": "sieve"}
_SENDING = "smtp"
_STAMP = 15  # "Nov 23 22:51:42"
_MINUTE_STAMP = 12
_DAY = datetime.timedelta(days=1)


@dataclass
class Tally:
    """What some lines say. Keys of `counts` are series, domain ("" is the host) and the hour's beginning."""

    counts: Counter[tuple[str, str, datetime.datetime]] = field(default_factory=Counter)
    logins: dict[tuple[str, str, str], Seen] = field(default_factory=dict)  # by address, protocol, network

    def count(self, lines: Iterable[str], now: datetime.datetime) -> None:
        """Add what these lines say; `now` tells which year theirs is, since they don't."""
        moments: dict[str, datetime.datetime | None] = {}
        for line in lines:
            told = _told(line)
            if told is None:
                continue
            stamp = line[:_MINUTE_STAMP]
            if stamp not in moments:
                moments[stamp] = moment_of(stamp, now)
            self._note(told, moments[stamp])

    def _note(self, told: "_Told", moment: datetime.datetime | None) -> None:
        if moment is None:
            return
        hour = moment.replace(minute=0)
        self.counts[told.series, "", hour] += 1
        domain = told.address.rpartition("@")[2].lower()
        if domain:
            self.counts[told.series, domain, hour] += 1
        if told.protocol:
            key = told.address.lower(), told.protocol, told.network
            before = self.logins.get(key)
            self.logins[key] = Seen(moment, before.count + 1 if before else 1)


@dataclass(frozen=True, slots=True)
class _Told:
    series: Series
    address: str = ""
    protocol: str = ""
    network: str = ""


def _told(line: str) -> _Told | None:
    # Most lines say nothing that is counted, and to look for a word takes a tenth of a pattern's time.
    for word, read in _READERS:
        if word in line and (told := read(line)):
            return told
    return None


def _taken(line: str) -> _Told | None:
    found = _TAKEN.search(line, _STAMP)
    if found is None:
        return None
    listener, network, login = found.groups()
    if login:
        return _Told(Series.SENT, login, _SENDING, network)
    return _Told(Series.RECEIVED) if listener is None else None


def _given(line: str) -> _Told | None:
    found = _GIVEN.search(line, _STAMP)
    if found is None:
        return None
    return _Told(Series.DELIVERED, found[2]) if found[1] == "lmtp" else _Told(Series.RELAYED)


def _refused(line: str) -> _Told | None:
    found = _REFUSED.search(line, _STAMP)
    return None if found is None else _Told(Series.REJECTED, found[1])


def _logged_in(line: str) -> _Told | None:
    found = _LOGGED_IN.search(line, _STAMP)
    if found is None:
        return None
    protocol = _PROTOCOLS.get(found[1], found[1])
    return _Told(Series.of_login(protocol), found[2], protocol, found[3])


_READERS = (
    ("client=", _taken),
    ("status=sent", _given),
    ("reject: ", _refused),
    ("-login: Info: Log", _logged_in),
)


def moment_of(stamp: str, now: datetime.datetime) -> datetime.datetime | None:
    """The minute that "Nov 23 22:51" means, in local time of the last twelve months, in UTC; None for anything else."""
    this = now.astimezone().year
    for year in (this + 1, this, this - 1):
        try:
            moment = datetime.datetime.strptime(f"{year} {stamp}", "%Y %b %d %H:%M").astimezone(datetime.UTC)
        except ValueError:  # no such day in that year, or no stamp
            continue
        if moment <= now + _DAY:
            return moment
    return None

"""Mail from accounts elsewhere, by getmail (getmail(1)) as a user of its own, into the mailbox through LMTP."""

import hashlib
import ipaddress
import json
import queue
import re
import socket
import threading
from pathlib import Path

import psutil

from carteiro.host import users
from carteiro.host.run import Result, last_line, run
from carteiro.hosting.models import ExternalAccount
from carteiro.hosting.owner import external_accounts
from carteiro.mail.sealing import unseal
from carteiro.operate.instance import Instance
from carteiro.words import N_, Fault

_AT_ONCE = 6
_MESSAGES = 200  # of one turn; where there are more, the next turn follows at once
_SILENCE_SECONDS = 60  # of a server
_LONGEST_SECONDS = 600  # of one turn
_GRACE_SECONDS = 15  # for the fetcher to write down what it has
_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
_FETCHED = re.compile(r"^  (\d+) messages \(\d+ bytes\) retrieved", re.MULTILINE)
_RETRIEVERS = {"imap": "SimpleIMAPSSLRetriever", "pop3": "SimplePOP3SSLRetriever"}
# What getmail says → what its user is told.
_REASONS = (
    (r"credential/login error|login refused", N_("{host} does not take that name and password.")),
    (
        r"certificate|hostname .* doesn't match|SSL: WRONG_VERSION|tlsv1 alert",
        N_("The certificate of {host} is not to be trusted: {reason}"),
    ),
    (r"error resolving name", N_("There is no server {host}.")),
    (r"timeout|timed out", N_("{host} does not answer in time.")),
    (r"not selectable", N_("{host} has no folder {folder}.")),
    (r"Delivery error \((.*)\)", N_("The mailbox here does not take what came: {reason}")),
    (r"socket error|refused", N_("{host} can't be reached: {reason}")),
)


class Fetcher:
    """Who is being fetched from; `turn` never waits."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._ended: queue.SimpleQueue[tuple[ExternalAccount, int | Fault]] = queue.SimpleQueue()
        self._busy: set[int] = set()

    def turn(self) -> None:
        """Write down what came to its end, and begin with those whose turn it is."""
        while not self._ended.empty():
            row, outcome = self._ended.get()
            self._busy.discard(row.pk)
            external_accounts.ended(row, outcome, more=outcome == _MESSAGES)
        for row in external_accounts.claim_due(_AT_ONCE - len(self._busy)):
            if row.pk not in self._busy:
                self._busy.add(row.pk)
                # A daemon: a worker that has to stop does not wait for a slow server.
                threading.Thread(target=self._fetch, args=(row,), daemon=True, name=f"fetch {row.pk}").start()

    def _fetch(self, row: ExternalAccount) -> None:
        outcome: int | Fault = Fault(
            N_("The fetcher broke off."), N_("`carteiro log tail --service worker` tells why.")
        )
        try:
            outcome = fetch(self._instance, row)
        except Fault as fault:
            outcome = fault
        finally:
            self._ended.put((row, outcome))


def fetch(instance: Instance, row: ExternalAccount) -> int:
    """Fetch what is new in an account; how many messages. Raises Fault with a reason for the account's owner."""
    refuse_inside(instance, row)
    password = unseal(
        (instance.layout.sealing / "private.pem").read_bytes(), row.sealed, external_accounts.purpose(row)
    )
    place = _place(instance, row)
    fetcher = users.command_as(users.FETCHER)
    run((*fetcher, "mkdir", "-p", "-m", "0700", place))
    run((*fetcher, "tee", place / "getmailrc"), stdin=_configuration(instance, row))
    # A worker that dies takes its fetchers along, and in order: they write down what they have (prctl(2), timeout(1)).
    limits = ("timeout", "--signal=INT", f"--kill-after={_GRACE_SECONDS}", str(_LONGEST_SECONDS))
    done = run(
        (*fetcher, "--pdeathsig=INT", *limits, "getmail", f"--getmaildir={place}", f"--rcfile={place / 'getmailrc'}"),
        stdin=password,
        timeout=_LONGEST_SECONDS + 2 * _GRACE_SECONDS,
        environment={"HOME": str(place)},
        accept=None,
    )
    return judged(row, done)


def judged(row: ExternalAccount, done: Result) -> int:
    """How many messages came, of what the fetcher said. Raises Fault with the reason in words where it failed."""
    said = f"{done.out}\n{done.err}"
    fetched = _FETCHED.search(done.out)
    if done.status == 0 and fetched and "error" not in done.err:
        return int(fetched[1])
    for pattern, text in _REASONS:
        found = re.search(f"^.*(?:{pattern}).*$", said, re.MULTILINE)
        if found:
            raise Fault(text, host=row.host, folder=row.folder, reason=_short(found[0]))
    reason = last_line(done.err) or last_line(done.out)
    raise Fault(N_("Fetching from {host} failed: {reason}"), host=row.host, reason=_short(reason))


def _short(line: str) -> str:
    return line.strip().rpartition("getmailrc: ")[2][:300]


def _place(instance: Instance, row: ExternalAccount) -> Path:
    """Where the fetcher remembers what it has: the same for the same account, also when it is made anew."""
    name = json.dumps([*external_accounts.purpose(row), row.folder])
    return instance.layout.fetching / row.mailbox.home / hashlib.sha256(name.encode()).hexdigest()[:32]


def _configuration(instance: Instance, row: ExternalAccount) -> str:
    """Its file holds no secret: the password comes on standard input."""
    folder = f"mailboxes = {(row.folder,)!a}\n" if row.protocol == "imap" else ""
    return f"""\
[retriever]
type = {_RETRIEVERS[row.protocol]}
server = {row.host}
port = {row.port}
username = {row.username}
password_command = ("/bin/cat",)
ca_certs = {instance.settings.fetch.authorities or _AUTHORITIES}
timeout = {_SILENCE_SECONDS}
{folder}
[destination]
type = MDA_lmtp
host = {instance.layout.dovecot_run / "lmtp-fetched"}
override = {row.mailbox.address}

[options]
read_all = false
delete = {"false" if row.keep else "true"}
max_messages_per_session = {_MESSAGES}
max_message_size = {instance.settings.mail.message_size_limit}
delivered_to = false
received = false
verbose = 1
"""


def refuse_inside(instance: Instance, row: ExternalAccount) -> None:
    """Raise Fault where an account's server is this host, or on a network that only this host should reach.

    TLS to the name itself keeps a name whose address changes in between from being more than a knock on a port.
    """
    try:
        found = {info[4][0] for info in socket.getaddrinfo(row.host, row.port, type=socket.SOCK_STREAM)}
    except OSError as error:
        raise Fault(N_("There is no server {host}."), N_("Check the name."), host=row.host) from error
    if found & _own_addresses(instance):
        raise Fault(
            N_("{host} is this host itself."), N_("Use forwarding between mailboxes of this host."), host=row.host
        )
    allowed = instance.settings.fetch.private_networks
    if not allowed and not all(ipaddress.ip_address(str(address).partition("%")[0]).is_global for address in found):
        raise Fault(
            N_("{host} is on a private network."),
            N_("Whoever runs this host can allow it with fetch.private_networks."),
            host=row.host,
        )


def _own_addresses(instance: Instance) -> set[str | int]:
    listened = {str(address) for address in instance.settings.listen.addresses}
    if "*" not in listened:
        return {*listened}
    return {entry.address for entries in psutil.net_if_addrs().values() for entry in entries}

"""Where fetching may go, and how what the fetcher says is understood."""

from pathlib import Path

import pytest

from carteiro.host.run import Result
from carteiro.hosting.database import configure

configure.prepare()

from carteiro.hosting.models import ExternalAccount  # noqa: E402
from carteiro.operate.fetching import judged, refuse_inside  # noqa: E402
from carteiro.operate.instance import Instance  # noqa: E402
from carteiro.settings.layout import Layout  # noqa: E402
from carteiro.settings.schema import Settings  # noqa: E402
from carteiro.words import Fault  # noqa: E402


def _instance(**settings: object) -> Instance:
    told = {"hostname": "mail.example.org", "listen": {"addresses": ["127.0.9.1"]}, **settings}
    return Instance(Layout.below(Path("/nonexistent")), Settings.model_validate(told))


def _account(host: str) -> ExternalAccount:
    return ExternalAccount(protocol="imap", host=host, port=993, username="bob", folder="Work")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "::1", "fe80::1", "fd00::1"]
)
def test_private_networks_are_not_asked(host: str) -> None:
    with pytest.raises(Fault, match="private network"):
        refuse_inside(_instance(), _account(host))


def test_they_are_where_the_host_allows_it() -> None:
    refuse_inside(_instance(fetch={"private_networks": True}), _account("10.1.2.3"))


@pytest.mark.parametrize("allowed", [True, False])
def test_this_host_itself_is_never_asked(allowed: bool) -> None:
    with pytest.raises(Fault, match="this host itself"):
        refuse_inside(_instance(fetch={"private_networks": allowed}), _account("127.0.9.1"))


def test_the_internet_is_asked() -> None:
    refuse_inside(_instance(), _account("192.0.43.8"))


def _said(status: int, out: str = "", err: str = "") -> Result:
    return Result(("getmail",), status, out, err)


def test_messages_are_counted() -> None:
    out = "SimpleIMAPSSLRetriever:bob@h.test:993:\n  3 messages (1234 bytes) retrieved, 10 skipped\n"
    assert judged(_account("h.test"), _said(0, out)) == 3


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("getmailrc: credential/login error ([AUTHENTICATIONFAILED])", "name and password"),
        ("getmailrc: socket error ([SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed)", "not to be trusted"),
        ("getmailrc: timeout (timed out)", "does not answer in time"),
        ("  mailbox b'Work' not selectable (NO) - verify the mailbox exists", "no folder Work"),
        ("Delivery error (Cannot deliver to intended target: 552 5.2.2 full)", "552 5.2.2 full"),
        ("getmailrc: socket error ([Errno 111] Connection refused)", "can't be reached"),
        ("Something new", "Something new"),
    ],
)
def test_what_went_wrong_is_told_in_words(line: str, told: str) -> None:
    with pytest.raises(Fault, match=told):
        judged(_account("h.test"), _said(1, err=f"{line}\n"))

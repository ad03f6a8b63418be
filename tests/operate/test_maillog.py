"""What is counted of the engines' logs, and what is not."""

from datetime import UTC, datetime

import pytest

from carteiro.operate.maillog import Tally, moment_of

NOW = datetime.now(UTC).replace(month=11, day=23, hour=22, minute=55, second=0, microsecond=0)
AT = NOW.astimezone().strftime("%b %d %H:51:42")
HOUR = NOW.replace(minute=0)

RECEIVED = "mail postfix/smtpd[101]: 4fXyZ12abcz9: client=mx.world.test[192.0.2.1]"
SENT = (
    "mail postfix/submission/smtpd[102]: 4fXyZ12abcz9: client=unknown[2001:db8::7], sasl_method=PLAIN, "
    "sasl_username=alice@one.test"
)
DELIVERED = (
    "mail postfix/lmtp[103]: 4fXyZ12abcz9: to=<Bob@one.test>, orig_to=<team@one.test>, relay=mail[private/lmtp], "
    "delay=0.1, delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 <bob@one.test> Saved)"
)
RELAYED = (
    "mail postfix/smtp[104]: 4fXyZ12abcz9: to=<zoe@world.test>, relay=mx.world.test[192.0.2.1]:25, delay=1, "
    "delays=0/0/0/1, dsn=2.0.0, status=sent (250 OK)"
)
BACKUP = RELAYED.replace("postfix/smtp[", "postfix/relay/smtp[")
REFUSED = (
    "mail postfix/smtpd[101]: NOQUEUE: reject: RCPT from mx.world.test[192.0.2.1]: 550 5.1.1 <nobody@one.test>: "
    "Recipient address rejected: User unknown; from=<zoe@world.test> to=<nobody@one.test> proto=ESMTP helo=<mx>"
)
MILTER = (
    "mail postfix/cleanup[105]: 4fXyZ12abcz9: milter-reject: END-OF-MESSAGE from mx.world.test[192.0.2.1]: 5.7.1 Spam; "
    "from=<zoe@world.test> to=<bob@one.test> proto=ESMTP helo=<mx>"
)
OLD_LOGIN = (
    "imap-login: Info: Login: user=<alice@one.test>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1, mpid=7, TLS, "
    "session=<abc>"
)
NEW_LOGIN = (
    "managesieve-login: Info: Logged in: user=<alice@one.test>, method=PLAIN, rip=2001:db8::7, lip=2001:db8::1, "
    "mpid=7, TLS, session=<abc>"
)


def counted(*lines: str) -> dict[tuple[str, str], int]:
    tally = Tally()
    tally.count([f"{AT} {line}" for line in lines], NOW)
    assert {hour for *_, hour in tally.counts} <= {HOUR}
    return {(series.value, domain): count for (series, domain, _), count in tally.counts.items()}


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        (RECEIVED, {("received", ""): 1}),
        (SENT, {("sent", ""): 1, ("sent", "one.test"): 1}),
        (DELIVERED, {("delivered", ""): 1, ("delivered", "one.test"): 1}),
        (RELAYED, {("relayed", ""): 1}),
        (BACKUP, {("relayed", ""): 1}),
        (REFUSED, {("rejected", ""): 1, ("rejected", "one.test"): 1}),
        (MILTER, {("rejected", ""): 1, ("rejected", "one.test"): 1}),
        (REFUSED.replace("from=<zoe@", "from=<client="), {("rejected", ""): 1, ("rejected", "one.test"): 1}),
        (OLD_LOGIN, {("login_imap", ""): 1, ("login_imap", "one.test"): 1}),
        (NEW_LOGIN, {("login_sieve", ""): 1, ("login_sieve", "one.test"): 1}),
    ],
)
def test_each_kind_of_line_is_counted_once(line: str, counts: dict[tuple[str, str], int]) -> None:
    assert counted(line) == counts


@pytest.mark.parametrize(
    "line",
    [
        RECEIVED.replace("postfix/smtpd", "postfix/reinject/smtpd"),
        REFUSED.replace("550 5.1.1", "450 4.2.0"),
        REFUSED.replace("postfix/smtpd", "postfix/submission/smtpd"),
        DELIVERED.replace("status=sent", "status=deferred"),
        "imap-login: Info: Disconnected: Aborted login (auth failed): user=<alice@one.test>, rip=192.0.2.9",
        "mail postfix/qmgr[9]: 4fXyZ12abcz9: from=<client=status=sent@x.test>, size=1, nrcpt=1 (queue active)",
        "mail postfix/cleanup[9]: 4fXyZ12abcz9: message-id=<status=sent reject: client=[1]@x>",
        "",
    ],
)
def test_what_is_none_of_them_is_not(line: str) -> None:
    assert counted(line) == {}


def test_who_logged_in_from_where_is_kept_with_the_last_time() -> None:
    tally = Tally()
    tally.count([f"{AT} {OLD_LOGIN}", f"{AT} {OLD_LOGIN}", f"{AT} {SENT}"], NOW)
    seen = {key: (each.at, each.count) for key, each in tally.logins.items()}
    at = HOUR.replace(minute=51)
    assert seen == {
        ("alice@one.test", "imap", "192.0.2.9"): (at, 2),
        ("alice@one.test", "smtp", "2001:db8::7"): (at, 1),
    }


def test_a_line_without_a_year_is_of_the_last_twelve_months() -> None:
    january = datetime(2027, 1, 1, 0, 5, tzinfo=UTC)
    late = moment_of("Dec 31 12:59", january)
    assert late is not None
    assert late.year == 2026
    assert moment_of("Feb 29 10:00", january) is None
    assert moment_of("what is this", january) is None

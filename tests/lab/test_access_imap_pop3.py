"""Reading mail over IMAP and POP3 with the programs that people use."""

import imaplib
import mailbox
import poplib
import ssl
from pathlib import Path

import pytest

from .clients import curl, deliver, getmail, imap, letter, letters, mbsync, old_tls, pop3, trusting, wait_for_letter
from .instance import Instance, Person, Town

# crypt(3) of "old-secret" as hosts of the last decades stored it.
OLD_HASHES = {
    "md5-crypt": "{MD5-CRYPT}$1$saltsalt$O3sBNUElk2GHv//3hzfb20",
    "sha512-crypt": (
        "{SHA512-CRYPT}$6$saltsalt$"
        "XIFwpOtpBVjZTmCdP5MU2zuCFIe/XVVlG6hwh3WbPpaBTEhfWO66XNk/mkZ/eNSV9Swf2czwqIUZCmZks3G/j/"
    ),
}


def _receive(host: Instance, person: Person, subject: str) -> None:
    deliver(host, letter(subject, "eve@world.test", person.address), "eve@world.test", person.address)
    wait_for_letter(host, person, subject)


def test_mbsync_copies_an_account_and_its_changes(host: Instance, town: Town, tmp_path: Path) -> None:
    reader = host.add_person(town.at("reader"))
    _receive(host, reader, "Synchronised")
    near = mailbox.Maildir(str(mbsync(host, reader, tmp_path) / "INBOX"), create=False)
    (key, message), *others = near.items()
    assert message["Subject"] == "Synchronised"
    assert others == []
    message.add_flag("F")
    near[key] = message
    mbsync(host, reader, tmp_path)
    with imap(host, reader) as client:
        client.select("INBOX")
        assert client.search(None, "FLAGGED")[1] == [b"1"]


def test_getmail_fetches_and_removes_over_pop3(host: Instance, town: Town) -> None:
    fetcher = host.add_person(town.at("fetcher"))
    _receive(host, fetcher, "Fetched")
    messages = mailbox.Maildir(str(getmail(host, fetcher)), create=False)
    assert [message["Subject"] for message in messages] == ["Fetched"]
    assert letters(host, fetcher) == []


def test_curl_lists_over_imaps_and_pop3s(host: Instance, town: Town) -> None:
    who = ("--user", f"{town.alice.address}:{town.alice.password}")
    listed = curl(host, f"imaps://{host.hostname}/", *who)
    assert "INBOX" in listed.stdout, listed.stderr
    assert curl(host, f"pop3s://{host.hostname}/", *who).returncode == 0


def test_starttls_on_143_and_no_password_before(host: Instance, town: Town) -> None:
    with imaplib.IMAP4(host.address, 143, timeout=30) as client:
        assert "LOGINDISABLED" in client.capabilities
        assert not any(name.startswith("AUTH=") for name in client.capabilities)
        with pytest.raises(imaplib.IMAP4.error):
            client.login(town.alice.address, town.alice.password)
        client.starttls(ssl_context=trusting(host))
        assert client.login(town.alice.address, town.alice.password)[0] == "OK"


def test_stls_on_110_and_no_password_before(host: Instance, town: Town) -> None:
    client = poplib.POP3(host.address, 110, timeout=30)
    with pytest.raises(poplib.error_proto):
        client.user(town.alice.address)
        client.pass_(town.alice.password)
    client.close()
    client = poplib.POP3(host.address, 110, timeout=30)
    client.stls(context=trusting(host))
    client.user(town.alice.address)
    assert client.pass_(town.alice.password).startswith(b"+OK")
    client.quit()


@pytest.mark.parametrize("port", [993, 995])
def test_tls_older_than_1_2_is_refused(host: Instance, port: int) -> None:
    with pytest.raises((OSError, ssl.SSLError, EOFError)):
        imaplib.IMAP4_SSL(host.address, port, ssl_context=old_tls(), timeout=10)


def test_the_special_folders_are_there_from_the_first_login(host: Instance, town: Town) -> None:
    fresh = host.add_person(town.at("fresh"))
    with imap(host, fresh) as client:
        listed = b"\n".join(line for line in client.list()[1] if isinstance(line, bytes))
        subscribed = b"\n".join(line for line in client.lsub()[1] if isinstance(line, bytes))
        for use in (b"\\Drafts", b"\\Sent", b"\\Trash", b"\\Junk"):
            assert use in listed, listed
        assert subscribed.count(b"\n") >= 3, subscribed
        draft = letter("Draft", fresh.address, "friend@world.test").as_bytes()
        assert client.append("Drafts", r"(\Draft)", "", draft)[0] == "OK"


def test_a_wrong_password_is_refused(host: Instance, town: Town) -> None:
    with pytest.raises(imaplib.IMAP4.error), imap(host, Person(town.alice.address, "wrong")):
        pass


@pytest.mark.parametrize("scheme", OLD_HASHES)
def test_a_hash_from_an_old_host_still_opens_the_mailbox(host: Instance, town: Town, scheme: str) -> None:
    host.cli("mailbox", "add", town.at(scheme), "--password-hash", OLD_HASHES[scheme])
    with imap(host, Person(town.at(scheme), "old-secret")) as client:
        assert client.select("INBOX")[0] == "OK"


def test_an_inactive_mailbox_cannot_log_in(host: Instance, town: Town) -> None:
    away = host.add_person(town.at("away"))
    host.cli("mailbox", "set", away.address, "--active", "no")
    with pytest.raises(imaplib.IMAP4.error), imap(host, away):
        pass
    with pytest.raises(poplib.error_proto):
        _pop3_login(host, away)


def test_imap_and_pop3_can_be_switched_off_one_by_one(host: Instance, town: Town) -> None:
    half = host.add_person(town.at("half"))
    host.cli("mailbox", "set", half.address, "--pop3", "no")
    with imap(host, half) as client:
        assert client.noop()[0] == "OK"
    with pytest.raises(poplib.error_proto):
        _pop3_login(host, half)
    host.cli("mailbox", "set", half.address, "--pop3", "yes", "--imap", "no")
    _pop3_login(host, half)
    with pytest.raises(imaplib.IMAP4.error), imap(host, half):
        pass


def test_an_app_password_opens_only_what_it_was_made_for(host: Instance, town: Town) -> None:
    made = host.cli("app-password", "add", town.bob.address, "--for", "imap", "--label", "phone")
    phone = Person(town.bob.address, made["password"])
    with imap(host, phone) as client:
        assert client.noop()[0] == "OK"
    with pytest.raises(poplib.error_proto):
        _pop3_login(host, phone)
    host.cli("app-password", "remove", town.bob.address, str(made["id"]), "--yes")
    with pytest.raises(imaplib.IMAP4.error), imap(host, phone):
        pass


def _pop3_login(host: Instance, person: Person) -> None:
    client = pop3(host)
    try:
        client.user(person.address)
        client.pass_(person.password)
    finally:
        client.close()

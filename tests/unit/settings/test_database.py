"""Where the accounts are: every form of the setting, and what is refused without telling a password."""

import pytest

from carteiro.settings.database import Encryption, parse_location
from carteiro.settings.errors import InvalidSettings
from carteiro.settings.kinds import Refused
from carteiro.settings.load import load_text

FILE = "password_file=/etc/carteiro/database-password"


def refused(text: str) -> str:
    with pytest.raises(Refused) as fault:
        parse_location(text)
    return str(fault.value)


def test_the_embedded_database_is_the_instances_own_or_a_file() -> None:
    assert parse_location("sqlite").path == ""
    assert parse_location("sqlite:///srv/accounts.sqlite3").path == "/srv/accounts.sqlite3"
    assert parse_location("sqlite:////srv/accounts.sqlite3").path == "/srv/accounts.sqlite3"


def test_a_server_elsewhere_is_reached_over_tls_with_a_checked_certificate() -> None:
    found = parse_location(f"postgresql://ana@db.example.org/mail?{FILE}")
    assert (found.kind, found.user, found.host, found.port, found.name) == (
        "postgresql",
        "ana",
        "db.example.org",
        5432,
        "mail",
    )
    assert found.password_file == "/etc/carteiro/database-password"
    assert found.tls is Encryption.VERIFY


def test_a_server_on_this_machine_is_reached_through_its_socket() -> None:
    assert parse_location("mysql:///mail").socket == "/run/mysqld/mysqld.sock"
    assert parse_location("postgresql:///mail").socket == "/run/postgresql"
    assert parse_location("postgresql:///mail?socket=/srv/run").socket == "/srv/run"
    assert parse_location("postgresql://:5433/mail").port == 5433
    assert parse_location("mysql:///mail").tls is Encryption.OFF
    assert parse_location("mysql://127.0.0.1/mail").tls is Encryption.OFF
    assert parse_location("mysql://127.8.9.1/mail").tls is Encryption.OFF
    assert parse_location("mysql:///mail").user == "carteiro"


def test_an_address_may_be_of_ipv6_and_have_a_port() -> None:
    found = parse_location("mysql://carteiro@[2001:db8::1]:3307/mail")
    assert (found.host, found.port) == ("2001:db8::1", 3307)


def test_certificates_are_named_with_the_address() -> None:
    found = parse_location(
        "mysql://db.example.org/mail?ca=/etc/ca.pem&certificate=/etc/c.pem&key=/etc/c.key&tls=verify"
    )
    assert (found.ca, found.certificate, found.key) == ("/etc/ca.pem", "/etc/c.pem", "/etc/c.key")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("oracle://x", "not known"),
        ("", "not known"),
        ("mysql", "not known"),
        ("mysql://ana:gravel@db.example.org/mail", "password does not belong"),
        ("mysql://ana:@db.example.org/mail", "password does not belong"),
        ("postgresql://db.example.org/mail#gravel", "password does not belong"),
        ("mysql://db.example.org/", "its database"),
        ("mysql://db.example.org/a/b", "its database"),
        ("mysql://db.example.org/a%60b", "its database"),
        ("mysql://a'b@db.example.org/mail", "its user"),
        ("mysql://db.example.org:0/mail", "port"),
        ("mysql://:3307/mail", "port"),
        ("mysql://db.example.org:99999/mail", "no address"),
        ("mysql://db.example.org/mail?password=gravel", "no option"),
        ("mysql://db.example.org/mail?tls=verify&tls=off", "twice"),
        ("mysql://db.example.org/mail?tls=maybe", "tls is one of"),
        ("mysql://db.example.org/mail?ca", "name=value"),
        ("mysql://db.example.org/mail?ca=ca.pem", "absolute"),
        ("mysql://db.example.org/mail?certificate=/c.pem", "belong together"),
        ("mysql://db.example.org/mail?tls=off&ca=/ca.pem", "need TLS"),
        ("mysql:///mail?tls=verify", "needs a host"),
        ("mysql://db.example.org/mail?socket=/s", "a host and a socket"),
        ("mysql://db.example.org /mail", "white space"),
        ("sqlite://accounts.sqlite3", "three slashes"),
        ("sqlite:///", "no file"),
        ("sqlite:///srv/accounts/", "no file"),
    ],
)
def test_what_is_no_place_for_accounts_is_refused(text: str, reason: str) -> None:
    told = refused(text)
    assert reason in told
    assert "gravel" not in told


@pytest.mark.parametrize(
    "text",
    [
        "mysql://ana:gravel@db.example.org/mail",
        "mysql://db.example.org/mail?password=gravel",
        "mysql://db.example.org/mail?tls=off&passwd=gravel&ca=/x",
        "postgres://ana:gravel@db/mail",
    ],
)
def test_a_wrong_line_in_the_settings_is_told_without_its_password(text: str) -> None:
    with pytest.raises(InvalidSettings) as fault:
        load_text(f'hostname = "mail.example.org"\ndatabase = "{text}"\n')
    assert "line 2" in str(fault.value)
    assert "gravel" not in str(fault.value)

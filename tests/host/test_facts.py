"""What the machine says about itself."""

import os
import pwd
from pathlib import Path

import pytest

from carteiro.host import facts, users, versions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nameserver 192.0.2.1\nsearch x\nnameserver 2001:db8::1\n", ("192.0.2.1", "2001:db8::1")),
        ("nameserver fe80::1%eth0\n", ("fe80::1%eth0",)),
        ("# nameserver 192.0.2.1\nnameserver\nnameserver not-an-address\n", ("127.0.0.1",)),
        ("", ("127.0.0.1",)),
    ],
)
def test_nameservers_are_read_as_the_resolver_does(tmp_path: Path, text: str, expected: tuple[str, ...]) -> None:
    file = tmp_path / "resolv.conf"
    file.write_text(text)
    assert facts.nameservers(file) == expected


def test_without_a_resolver_file_the_local_one_is_asked(tmp_path: Path) -> None:
    assert facts.nameservers(tmp_path / "none") == ("127.0.0.1",)


def test_ipv6_counts_only_beyond_loopback(tmp_path: Path) -> None:
    file = tmp_path / "if_inet6"
    loopback = "00000000000000000000000000000001 01 80 10 80       lo\n"
    file.write_text(loopback)
    assert not facts.ipv6(file)
    file.write_text(loopback + "fe800000000000000000000000000001 02 40 20 80     eth0\n")
    assert facts.ipv6(file)
    assert not facts.ipv6(tmp_path / "none")


def test_versions_of_the_engines_belong_to_the_release() -> None:
    pairs = {12: ((3, 7), (2, 3)), 13: ((3, 10), (2, 4))}
    assert (versions.postfix(), versions.dovecot()) == pairs[versions.debian()]


def test_users_are_made_once_without_a_login() -> None:
    users.ensure_users()
    assert users.ensure_users() == []
    for name in (users.CONTROL, users.MAIL):
        account = pwd.getpwnam(name)
        assert account.pw_shell == "/usr/sbin/nologin"
        assert account.pw_gid in os.getgrouplist(name, account.pw_gid)
        assert account.pw_uid != 0

"""Which mailboxes are far from their limits, by what is in their Maildirs."""

import os
from pathlib import Path

import pytest

from carteiro.directory.room import Limited
from carteiro.mail.maildirsize import Usage
from carteiro.operate.room import has_room, usage

_MB = 1024 * 1024


def _limited(quota: int = 0, messages: int = 0) -> Limited:
    return Limited(1, "ab", quota, messages, None)


def _maildirsize(home: Path, content: str) -> Path:
    (home / "Maildir").mkdir()
    path = home / "Maildir/maildirsize"
    path.write_text(content)
    return path


def test_a_mailbox_that_never_got_a_message_is_empty(tmp_path: Path) -> None:
    assert usage(tmp_path / "missing") == Usage(0, 0)


def test_the_sum_of_the_maildir_counts(tmp_path: Path) -> None:
    _maildirsize(tmp_path, "1000S\n400 4\n-100 -1\n")
    assert usage(tmp_path) == Usage(300, 3)


def test_a_maildir_without_a_sum_is_unknown(tmp_path: Path) -> None:
    _maildirsize(tmp_path, "").unlink()
    assert usage(tmp_path) is None


def test_a_file_too_long_to_be_dovecots_is_unknown(tmp_path: Path) -> None:
    _maildirsize(tmp_path, "1000S\n" + "1 1\n" * 5000)
    assert usage(tmp_path) is None


def test_no_link_is_followed_and_no_pipe_waited_for(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("1000S\n1 1\n")
    path = _maildirsize(tmp_path, "")
    path.unlink()
    path.symlink_to(elsewhere)
    assert usage(tmp_path) is None
    path.unlink()
    os.mkfifo(path)
    assert usage(tmp_path) is None


@pytest.mark.parametrize(
    ("used", "limits", "room"),
    [
        (Usage(0, 0), _limited(quota=200 * _MB), True),
        (Usage(1, 1), _limited(quota=200 * _MB), False),  # less than four of the largest messages
        (Usage(799 * _MB, 1), _limited(quota=1000 * _MB), True),
        (Usage(801 * _MB, 1), _limited(quota=1000 * _MB), False),  # less than a fifth
        (Usage(0, 0), _limited(messages=1000), True),
        (Usage(0, 1), _limited(messages=1000), False),
        (Usage(0, 7999), _limited(messages=10000), True),
        (Usage(0, 8001), _limited(messages=10000), False),
        (Usage(0, 9999), _limited(quota=1000 * _MB, messages=10000), False),
        (None, _limited(quota=10**15), False),
    ],
)
def test_room_is_more_than_may_come_before_the_next_look(used: Usage | None, limits: Limited, room: bool) -> None:
    assert has_room(used, limits, 50 * _MB) == room

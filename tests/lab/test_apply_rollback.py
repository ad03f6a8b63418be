"""plan, apply, rollback and history: what runs is what the settings say, or what ran before."""

import smtplib
import socket
import time
from collections.abc import Iterator

import pytest

from .clients import accepts_connections, ask_recipient, smtp
from .instance import Instance, Town


@pytest.fixture
def settings(host: Instance) -> Iterator[Instance]:
    """The shared instance, whose settings are put back afterwards."""
    with host.settings_kept():
        yield host


def _announced_size(host: Instance) -> str:
    with smtp(host) as client:
        return client.esmtp_features["size"]


def _current(host: Instance) -> int:
    """The number of the generation that runs."""
    (number,) = (entry["number"] for entry in host.cli("history") if entry["current"])
    return int(number)


def test_plan_shows_the_difference_and_changes_nothing(settings: Instance) -> None:
    assert settings.cli("plan") == {"changes": [], "actions": {}}
    settings.change_settings('"2M"', '"3M"')
    planned = settings.cli("plan")
    assert any("message_size_limit" in change["diff"] for change in planned["changes"])
    assert planned["actions"].get("postfix") == "reload"
    assert _announced_size(settings) == str(2 * 1024 * 1024)


def test_apply_takes_effect_by_a_reload_and_rollback_goes_back(settings: Instance) -> None:
    master = settings.engine("master").pid
    first = _current(settings)
    settings.change_settings('"2M"', '"3M"')
    applied = settings.cli("apply")
    assert applied["changed"] is True
    assert applied["actions"]["postfix"] == "reload"
    assert _announced_size(settings) == str(3 * 1024 * 1024)
    assert settings.engine("master").pid == master
    settings.cli("rollback")
    assert _announced_size(settings) == str(2 * 1024 * 1024)
    assert _current(settings) == first


def test_a_second_apply_does_nothing_and_is_quick(settings: Instance) -> None:
    settings.cli("apply")
    began = time.monotonic()
    applied = settings.cli("apply")
    assert time.monotonic() - began < 5
    assert applied["changed"] is False
    assert applied["actions"] == {}


def test_a_changed_listener_restarts_what_needs_it(settings: Instance) -> None:
    settings.change_settings("[dns]", "submission = 2587\n\n[dns]")
    applied = settings.cli("apply")
    assert applied["actions"]["postfix"] == "restart"
    assert accepts_connections(settings.address, 2587)
    assert not accepts_connections(settings.address, 587)
    # The settings still want the new port; the earlier generation brings its own back nevertheless.
    settings.cli("rollback")
    assert accepts_connections(settings.address, 587)
    assert not accepts_connections(settings.address, 2587)


def test_a_configuration_that_does_not_answer_is_taken_back_and_a_rollback_passes_over_it(
    settings: Instance, town: Town
) -> None:
    before = _current(settings)
    good = settings.settings_file.read_text()
    with socket.create_server((settings.address, 2525)):
        # The port is taken, so the new listener can't answer.
        settings.change_settings("[dns]", "submission = 2525\n\n[dns]")
        error = settings.refused("apply")
    assert error["code"] == "rolled_back"
    assert _current(settings) == before
    assert accepts_connections(settings.address, 587)
    assert ask_recipient(settings, town.alice.address).code == 250
    settings.settings_file.write_text(good.replace('"2M"', '"3M"'))
    settings.cli("apply")
    settings.cli("rollback")
    assert _current(settings) == before


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"2M"', '"2 elephants"', ("message_size_limit", "2 elephants")),
        ("message_size_limit", "mesage_size_limit", ("mesage_size_limit", "message_size_limit")),
        ("[dns]", "smtp = 99999\n\n[dns]", ("smtp", "99999")),
        ("[dns]", "[dns", ("carteiro.toml",)),
        ("mail.one.test", "not a name", ("hostname",)),
    ],
)
def test_wrong_settings_are_named_with_their_line_and_nothing_changes(
    settings: Instance, old: str, new: str, words: tuple[str, ...]
) -> None:
    generations = settings.cli("history")
    good = settings.settings_file.read_text()
    settings.change_settings(old, new)
    error = settings.refused("apply")
    for word in words:
        assert word in error["message"] + error["remedy"], error
    assert "line" in error["message"], error
    settings.settings_file.write_text(good)
    assert settings.cli("history") == generations
    with smtplib.SMTP(settings.address, 25, timeout=10) as client:
        assert client.noop()[0] == 250

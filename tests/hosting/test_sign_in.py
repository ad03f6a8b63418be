"""Signing in: who may, who is slowed, and what strangers learn from it."""

import statistics
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from carteiro.hosting import admins, domains, mailboxes
from carteiro.hosting.access import Actor
from carteiro.hosting.errors import NotSignedIn, Slowed
from carteiro.hosting.models import Change, Failures
from carteiro.hosting.people import sign_in, slowing
from carteiro.hosting.people.sign_in import Attempt
from carteiro.mail.password import hash_password
from tests.hosting.world import HASH, mailbox

ANA = "ana@example.org"
HERE = "192.0.2.7"
ELSEWHERE = "198.51.100.9"


@pytest.fixture(autouse=True)
def _quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if "slow" not in request.node.name:
        monkeypatch.setattr(sign_in, "REFUSAL_SECONDS", 0.0)
    yield


def enter(address: str = ANA, password: str = "secret", network: str = HERE, device: str = "") -> str:
    return sign_in.sign_in(Attempt(address, password, network, device)).address


def refused(times: int, network: str = HERE, address: str = ANA, device: str = "") -> None:
    for _ in range(times):
        with pytest.raises(NotSignedIn):
            enter(address, "wrong", network, device)


def test_the_owner_signs_in_and_the_old_hash_is_replaced(root: Actor) -> None:
    mailbox(root, ANA)
    assert enter("Ana@Example.org") == ANA
    assert mailboxes.get(root, ANA).password.startswith("{ARGON2ID}")
    assert Change.objects.order_by("-number")[0].after == {"password": "hashed anew"}
    count = Change.objects.count()
    assert enter() == ANA
    assert Change.objects.count() == count


@pytest.mark.parametrize("address", [ANA, "nobody@example.org", "x@nowhere.test", "nonsense", "", "a" * 400, "a\0@b.c"])
def test_every_wrong_way_is_refused_with_the_same_words(address: str, root: Actor) -> None:
    mailbox(root, ANA)
    with pytest.raises(NotSignedIn) as told:
        enter(address, "wrong")
    assert told.value.text == "The address and the password do not belong together."
    assert told.value.values == {}


def test_who_is_switched_off_learns_it_with_the_right_password_only(root: Actor) -> None:
    mailbox(root, ANA)
    mailboxes.set_(root, ANA, active=False)
    with pytest.raises(NotSignedIn, match="switched off"):
        enter()
    with pytest.raises(NotSignedIn, match="belong together"):
        enter(password="wrong")


def test_a_switched_off_domain_or_administrator_does_not_get_in(root: Actor) -> None:
    mailbox(root, ANA)
    domains.set_(root, "example.org", active=False)
    admins.add(root, "boss@elsewhere.test", HASH, superadmin=True)
    admins.set_(root, "boss@elsewhere.test", active=False)
    for address in (ANA, "boss@elsewhere.test"):
        with pytest.raises(NotSignedIn, match="switched off"):
            enter(address)
    admins.add(root, ANA, superadmin=True)
    assert enter() == ANA, "who administers gets in without a mailbox that works"


def test_wrong_passwords_make_the_next_try_wait_even_a_right_one(root: Actor) -> None:
    mailbox(root, ANA)
    refused(5)
    with pytest.raises(Slowed, match="seconds"):
        enter()
    assert enter(network=ELSEWHERE) == ANA, "from elsewhere the owner gets in"


def test_the_wait_is_over_some_time_and_a_right_password_clears_the_count(root: Actor) -> None:
    mailbox(root, ANA)
    refused(5)
    Failures.objects.update(last=timezone.now() - timedelta(seconds=3))
    assert enter() == ANA
    refused(4)


def test_the_wait_grows_up_to_a_quarter_of_an_hour() -> None:
    account, network, everywhere = slowing.brakes(ANA, HERE)
    assert [account.wait(count).total_seconds() for count in (4, 5, 6, 10, 30, 3000)] == [0, 1, 2, 32, 900, 900]
    assert network.wait(29) == timedelta()
    assert everywhere.wait(5000) == timedelta(seconds=30)


def test_somebody_who_tries_many_accounts_is_slowed_for_all_of_them(root: Actor) -> None:
    mailbox(root, ANA)
    for number in range(30):
        refused(1, address=f"user{number}@example.org")
    with pytest.raises(Slowed):
        enter()


def test_a_device_of_the_owner_is_not_slowed_by_strangers(root: Actor) -> None:
    mailbox(root, ANA)
    refused(5)
    assert enter(device="known") == ANA
    refused(10, device="known")
    with pytest.raises(Slowed):
        enter(device="known")


def test_neighbours_of_one_ipv6_network_count_as_one(root: Actor) -> None:
    mailbox(root, ANA)
    for number in range(5):
        refused(1, network=f"2001:db8:1:2::{number}")
    with pytest.raises(Slowed):
        enter(network="2001:db8:1:2:ffff::1")
    assert enter(network="2001:db8:1:3::1") == ANA


def test_old_failures_count_no_more_and_are_forgotten(root: Actor) -> None:
    mailbox(root, ANA)
    refused(5)
    Failures.objects.update(last=timezone.now() - slowing.FORGET)
    assert slowing.forget_old() == 3
    refused(4)


def test_many_tries_at_once_get_no_more_looks_at_the_password_than_one_after_the_other(root: Actor) -> None:
    mailbox(root, ANA)
    outcomes: list[str] = []

    def attempt() -> None:
        try:
            enter(password="wrong")
        except (NotSignedIn, Slowed) as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("slowed") >= 6
    assert outcomes.count("not_signed_in") <= 6


def test_a_refusal_is_equally_slow_for_known_and_unknown_people(root: Actor) -> None:
    mailbox(root, ANA)  # an old, quick hash
    mailbox(root, "bob@example.org")
    mailboxes.set_password(root, "bob@example.org", hash_password("secret"))
    seconds = {address: [] for address in (ANA, "bob@example.org", "nobody@example.org")}
    for number in range(4):
        for address, taken in seconds.items():
            begun = time.perf_counter()
            refused(1, network=f"192.0.2.{number}", address=address)
            taken.append(time.perf_counter() - begun)
    medians = [statistics.median(taken) for taken in seconds.values()]
    assert max(medians) / min(medians) < 1.25

"""One address that leads to others: aliases, forwarding, catch-all, alias domains, tags."""

from .clients import ask_recipient, deliver, letter, subjects, wait_for_letter
from .foreign import World
from .instance import Instance, Town


def _send(host: Instance, address: str, subject: str) -> None:
    deliver(host, letter(subject, "eve@world.test", address), "eve@world.test", address)


def test_an_alias_reaches_all_its_targets_here_and_elsewhere(host: Instance, town: Town, world: World) -> None:
    host.cli("alias", "add", town.at("team"), town.alice.address, town.bob.address, "friend@world.test")
    _send(host, town.at("team"), "To the team")
    wait_for_letter(host, town.alice, "To the team")
    wait_for_letter(host, town.bob, "To the team")
    world.wait_for_mail("friend@world.test", "To the team")
    assert "To the team" not in subjects(host, town.charlie)


def test_new_targets_of_an_alias_count_at_once(host: Instance, town: Town) -> None:
    host.cli("alias", "add", town.at("duty"), town.alice.address)
    host.cli("alias", "set", town.at("duty"), town.bob.address)
    _send(host, town.at("duty"), "Who is on duty")
    wait_for_letter(host, town.bob, "Who is on duty")
    assert "Who is on duty" not in subjects(host, town.alice)


def test_nested_aliases_deliver_one_copy_to_each(host: Instance, town: Town) -> None:
    host.cli("alias", "add", town.at("inner"), town.alice.address, town.bob.address)
    host.cli("alias", "add", town.at("outer"), town.at("inner"), town.alice.address)
    _send(host, town.at("outer"), "Nested")
    wait_for_letter(host, town.bob, "Nested")
    wait_for_letter(host, town.alice, "Nested")
    assert subjects(host, town.alice).count("Nested") == 1


def test_a_loop_is_refused_when_it_is_made(host: Instance, town: Town) -> None:
    host.cli("alias", "add", town.at("here"), town.alice.address)
    host.cli("alias", "add", town.at("there"), town.at("here"))
    error = host.refused("alias", "set", town.at("here"), town.at("there"))
    assert error["code"] == "loop"
    assert "here" in error["message"]
    _send(host, town.at("there"), "Still fine")
    wait_for_letter(host, town.alice, "Still fine")


def test_a_target_that_does_not_exist_is_refused(host: Instance, town: Town) -> None:
    assert "ghost" in host.refused("alias", "add", town.at("haunted"), town.at("ghost"))["message"]


def test_forwarding_without_a_copy(host: Instance, town: Town, world: World) -> None:
    moved = host.add_person(town.at("moved"))
    host.cli("mailbox", "set", moved.address, "--forward-to", "moved@world.test", "--keep-copy", "no")
    _send(host, moved.address, "Sent on")
    world.wait_for_mail("moved@world.test", "Sent on")
    assert subjects(host, moved) == []


def test_forwarding_with_a_copy_and_its_end(host: Instance, town: Town, world: World) -> None:
    both = host.add_person(town.at("both"))
    host.cli("mailbox", "set", both.address, "--forward-to", "both@world.test", "--keep-copy", "yes")
    _send(host, both.address, "In two places")
    world.wait_for_mail("both@world.test", "In two places")
    wait_for_letter(host, both, "In two places")
    host.cli("mailbox", "set", both.address, "--no-forward")
    _send(host, both.address, "In one place")
    wait_for_letter(host, both, "In one place")
    assert [message["Subject"] for message in world.inbox("both@world.test")] == ["In two places"]


def test_a_mailbox_and_an_alias_win_over_a_catch_all(host: Instance) -> None:
    net = host.add_town("net.test")
    host.cli("alias", "add", "sales@net.test", net.bob.address)
    host.cli("alias", "add", "@net.test", net.charlie.address)
    _send(host, net.alice.address, "For Alice")
    _send(host, "sales@net.test", "For sales")
    _send(host, "whoever@net.test", "For whoever")
    wait_for_letter(host, net.alice, "For Alice")
    wait_for_letter(host, net.bob, "For sales")
    wait_for_letter(host, net.charlie, "For whoever")
    assert subjects(host, net.charlie) == ["For whoever"]


def test_a_catch_all_does_not_catch_for_an_inactive_mailbox(host: Instance) -> None:
    trap = host.add_town("trap.test", names=("alice", "bob"))
    host.cli("alias", "add", "@trap.test", trap.alice.address)
    host.cli("mailbox", "set", trap.bob.address, "--active", "no")
    assert ask_recipient(host, trap.bob.address).code == 550


def test_an_alias_domain_mirrors_every_address_and_no_other(host: Instance, town: Town) -> None:
    host.cli("alias-domain", "add", "mirror.test", town.domain)
    host.cli("alias", "add", town.at("desk"), town.bob.address)
    _send(host, "alice@mirror.test", "Mirrored")
    _send(host, "desk@mirror.test", "Mirrored desk")
    wait_for_letter(host, town.alice, "Mirrored")
    wait_for_letter(host, town.bob, "Mirrored desk")
    reply = ask_recipient(host, "nobody@mirror.test")
    assert reply.code == 550
    assert "5.1.1" in reply.text
    host.cli("alias-domain", "set", "mirror.test", "--active", "no")
    assert ask_recipient(host, "alice@mirror.test").code == 550


def test_a_tag_is_left_out_of_the_look_up(host: Instance, town: Town) -> None:
    host.cli("alias", "add", town.at("info"), town.bob.address)
    _send(host, town.at("alice+shop"), "Tagged")
    _send(host, town.at("info+shop"), "Tagged alias")
    wait_for_letter(host, town.alice, "Tagged")
    wait_for_letter(host, town.bob, "Tagged alias")


def test_an_inactive_alias_gets_nothing(host: Instance, town: Town) -> None:
    host.cli("alias", "add", town.at("closed"), town.alice.address)
    host.cli("alias", "set", town.at("closed"), "--active", "no")
    assert ask_recipient(host, town.at("closed")).code == 550


def test_a_removed_alias_comes_back_from_the_bin(host: Instance, town: Town) -> None:
    host.cli("alias", "add", town.at("binned"), town.alice.address)
    host.cli("alias", "remove", town.at("binned"), "--yes")
    assert ask_recipient(host, town.at("binned")).code == 550
    host.cli("alias", "restore", town.at("binned"))
    assert ask_recipient(host, town.at("binned")).code == 250


def test_a_removed_domain_comes_back_with_everything_in_it(host: Instance) -> None:
    lost = host.add_town("lost.test", names=("alice",))
    host.cli("alias", "add", "info@lost.test", lost.alice.address)
    _send(host, lost.alice.address, "Kept")
    wait_for_letter(host, lost.alice, "Kept")
    host.cli("domain", "remove", "lost.test", "--yes")
    assert ask_recipient(host, lost.alice.address).code >= 500
    host.cli("domain", "restore", "lost.test")
    assert ask_recipient(host, "info@lost.test").code == 250
    assert subjects(host, lost.alice) == ["Kept"]


def test_a_renamed_domain_takes_its_people_along(host: Instance) -> None:
    before = host.add_town("before.test", names=("alice", "bob"))
    host.cli("alias", "add", "all@before.test", before.alice.address, before.bob.address)
    host.cli("domain", "rename", "before.test", "after.test")
    assert ask_recipient(host, before.alice.address).code >= 500
    _send(host, "all@after.test", "New name")
    wait_for_letter(host, type(before.alice)("alice@after.test", before.alice.password), "New name")

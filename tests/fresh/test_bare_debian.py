"""The README's commands in a bare Debian of each release, as a newcomer types them."""

import json
import re
from pathlib import Path

import pytest

from tests.fresh.tree import RELEASES, Tree, running

pytestmark = pytest.mark.fresh


@pytest.mark.parametrize("release", sorted(RELEASES))
def test_two_commands_make_a_host_that_mail_flows_through(release: int, tmp_path: Path) -> None:
    with running(release, tmp_path) as tree:
        a_trial_comes_up_and_proves_itself(tree)
        a_second_start_is_quick_and_keeps_everything(tree)
        stopping_leaves_no_process(tree)
        a_production_install_runs(tree)


def a_trial_comes_up_and_proves_itself(tree: Tree) -> None:
    came_up = tree.run("./up --listen 127.0.12.1 --detach", timeout=1500)
    assert came_up.returncode == 0, came_up.stdout + came_up.stderr
    assert "mail.carteiro.test answers on 127.0.12.1" in came_up.stdout
    assert re.search(r"Mailbox ana@carteiro\.test, password \S+", came_up.stdout)
    assert "IMAP and POP3 show it" in came_up.stdout
    status = tree.run("./carteiro --json status")
    assert status.returncode == 0, status.stdout + status.stderr
    assert json.loads(status.stdout)["well"] is True


def a_second_start_is_quick_and_keeps_everything(tree: Tree) -> None:
    stopped = tree.run("./carteiro stop")
    assert stopped.returncode == 0, stopped.stderr
    again = tree.run("./up --detach")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "password" not in again.stdout
    listed = tree.run("./carteiro --json mailbox list")
    assert [box["address"] for box in json.loads(listed.stdout)] == ["ana@carteiro.test", "bruno@carteiro.test"]


def stopping_leaves_no_process(tree: Tree) -> None:
    stopped = tree.run("./carteiro stop")
    assert stopped.returncode == 0, stopped.stderr
    assert tree.processes() == []


def a_production_install_runs(tree: Tree) -> None:
    installed = tree.run("./carteiro install --hostname mail.example.org --listen 127.0.13.1", timeout=1500)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    tree.run("(setsid carteiro run > /tmp/run.log 2>&1 &)")
    waited = tree.run(
        "for i in $(seq 60); do carteiro --json status && exit 0; sleep 1; done; cat /tmp/run.log; exit 1"
    )
    assert waited.returncode == 0, waited.stdout + waited.stderr
    made = tree.run("carteiro domain add example.org && carteiro --json mailbox add ana@example.org </dev/null")
    assert made.returncode == 0, made.stdout + made.stderr
    assert tree.run("carteiro stop").returncode == 0
    assert tree.processes() == []
    assert (tree.root / "etc/systemd/system/carteiro.service").exists()
    wants = tree.root / "etc/systemd/system/multi-user.target.wants"
    assert (wants / "carteiro.service").is_symlink()
    assert not (wants / "postfix.service").is_symlink()
    assert not (wants / "dovecot.service").is_symlink()

"""The README's commands in a bare Debian of each release, as a newcomer types them."""

import imaplib
import json
import re
import shutil
import smtplib
import ssl
from pathlib import Path

import pytest

from tests.fresh.tree import RELEASES, Tree, running
from tests.importers.courier_told import compare
from tests.importers.old_host import HERE as FIXTURES
from tests.importers.old_host import unpacked

pytestmark = pytest.mark.fresh


@pytest.mark.parametrize("release", sorted(RELEASES))
def test_two_commands_make_a_host_that_mail_flows_through(release: int, tmp_path: Path) -> None:
    with running(release, tmp_path) as tree:
        a_trial_comes_up_and_proves_itself(tree)
        a_message_larger_than_the_whole_mailbox_is_refused_for_good(tree)
        a_second_start_is_quick_and_keeps_everything(tree)
        an_old_host_moves_in(tree)
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


def test_postfix_takes_the_place_of_another_mail_server_only_when_told(tmp_path: Path) -> None:
    with running(13, tmp_path) as tree:
        there = tree.run(
            "printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d && "
            "apt-get -q update && DEBIAN_FRONTEND=noninteractive "
            "apt-get -y -q install --no-install-recommends exim4-daemon-light"
        )
        assert there.returncode == 0, there.stdout + there.stderr
        settings = (tree.root / "etc/exim4/update-exim4.conf.conf").read_text()
        refused = tree.run("./up --listen 127.0.12.1 --detach", timeout=1500)
        assert refused.returncode == 1
        assert "exim4-daemon-light" in refused.stderr
        assert "--replace-mta" in refused.stderr
        assert (tree.root / "usr/sbin/exim4").exists()
        came_up = tree.run("./up --listen 127.0.12.1 --detach --replace-mta", timeout=1500)
        assert came_up.returncode == 0, came_up.stdout + came_up.stderr
        assert "IMAP and POP3 show it" in came_up.stdout
        assert not (tree.root / "usr/sbin/exim4").exists()
        # Removed, not purged: whoever comes back finds the old settings.
        assert (tree.root / "etc/exim4/update-exim4.conf.conf").read_text() == settings
        assert tree.run("./carteiro stop").returncode == 0


def a_message_larger_than_the_whole_mailbox_is_refused_for_good(tree: Tree) -> None:
    """Dovecot's two releases tell that in different ways."""
    assert tree.run("./carteiro mailbox set ana@carteiro.test --quota 200K").returncode == 0
    with smtplib.SMTP("127.0.12.1", timeout=30) as client:
        client.ehlo("client.world.test")
        client.docmd(f"MAIL FROM:<eve@world.test> SIZE={300 * 1024}")
        code, text = client.docmd("RCPT TO:<ana@carteiro.test>")
    assert code == 552, text
    assert b"larger than the whole mailbox" in text


def a_second_start_is_quick_and_keeps_everything(tree: Tree) -> None:
    stopped = tree.run("./carteiro stop")
    assert stopped.returncode == 0, stopped.stderr
    again = tree.run("./up --detach")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "password" not in again.stdout
    listed = tree.run("./carteiro --json mailbox list")
    assert [box["address"] for box in json.loads(listed.stdout)] == ["ana@carteiro.test", "bruno@carteiro.test"]


def an_old_host_moves_in(tree: Tree) -> None:
    """What it needs of the release it installs itself; programs find here what Courier had told them."""
    place = tree.root / "root/old-host"
    place.mkdir()
    old = unpacked("vmail.tar.gz", place)
    shutil.copy(FIXTURES / "postfix.sql", place)
    shutil.copytree(FIXTURES / "squirrelmail", place / "squirrelmail")
    moved = tree.run(
        "./carteiro --json import postfixadmin --dump /root/old-host/postfix.sql --maildirs /root/old-host/vmail "
        "--squirrelmail /root/old-host/squirrelmail --verify",
        timeout=1500,
    )
    assert moved.returncode == 0, moved.stdout + moved.stderr
    assert json.loads(moved.stdout)["clean"]
    authority = ssl.create_default_context(cafile=str(tree.root / "var/lib/carteiro-trial/tls/ca.crt"))
    authority.check_hostname = False
    for address, row in old.mailboxes.items():
        if address == "antigo@empresa.test" or not row["password"].isascii():
            continue  # one is switched off, and one password is beyond what imaplib can send
        with imaplib.IMAP4_SSL("127.0.12.1", ssl_context=authority, timeout=30) as client:
            client.login(address, row["password"])
            for folder in row["folders"].values():
                if "noselect" not in folder:
                    compare(client, folder, row)


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
    assert not (wants / "nginx.service").is_symlink()

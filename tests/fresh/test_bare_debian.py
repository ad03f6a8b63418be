"""The README's commands in a bare Debian of each release, as a newcomer types them."""

import imaplib
import json
import re
import shutil
import smtplib
import ssl
import stat
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fresh.tree import RELEASES, Tree, booted, copied, entered
from tests.importers.courier_told import compare
from tests.importers.old_host import HERE as FIXTURES
from tests.importers.old_host import unpacked
from tests.lab.panel import Panel

pytestmark = pytest.mark.fresh

PASSWORD = "tram-gravel-onion-42"
INSTALL = "./carteiro install --hostname mail.example.org --listen 127.0.13.1"
LOOK_FOR_UPDATES = """
from carteiro.hosting.database import configure
configure.prepare()
from carteiro.operate import chores
from carteiro.operate.instance import Instance
from carteiro.settings.layout import Layout
instance = Instance.open(Layout.installed())
chores.restart_updated(instance, instance.versions)
"""
GUIDE = Path(__file__).resolve().parents[2] / "docs/operator/backup.md"


@dataclass(frozen=True)
class Trial:
    """A host with a panel, for whoever looks at it from outside of its tree."""

    hostname: str
    address: str
    authority: Path
    directory: Path


@pytest.mark.parametrize("release", sorted(RELEASES))
def test_two_commands_make_a_host_that_mail_flows_through(release: int, tmp_path: Path) -> None:
    with copied(release, tmp_path) as root:
        with entered(root) as tree:
            link = a_trial_comes_up_and_proves_itself(tree)
            what_the_panel_makes_takes_effect(tree, link)
            the_machines_own_sendmail_says_no(tree)
            a_message_larger_than_the_whole_mailbox_is_refused_for_good(tree)
            a_second_start_is_quick_and_keeps_everything(tree)
            an_old_host_moves_in(tree)
            stopping_leaves_no_process(tree)
            if release == 12:  # without a service manager, as in a container
                a_production_install_runs(tree)
            put_systemd(tree)
        with booted(root) as tree:
            if release == 13:
                another_mail_server_runs_until_told(tree)
            it_needs_no_clone(tree)
            it_comes_back_when_killed(tree)
            it_stops_and_starts_as_other_units_do(tree)
            the_engines_own_units_stay_off(tree)
            what_an_update_replaced_is_restarted(tree)
            if release == 12:
                a_newer_release_takes_over(tree)
                debian_itself_is_upgraded(tree)
            else:
                a_backup_comes_back(tree)


def a_trial_comes_up_and_proves_itself(tree: Tree) -> str:
    """Gives the link for the first superadmin."""
    came_up = tree.run("./up --listen 127.0.12.1 --detach", timeout=1500)
    assert came_up.returncode == 0, came_up.stdout + came_up.stderr
    assert "mail.carteiro.test answers on 127.0.12.1" in came_up.stdout
    assert re.search(r"Mailbox ana@carteiro\.test, password \S+", came_up.stdout)
    assert "IMAP and POP3 show it" in came_up.stdout
    status = tree.run("./carteiro --json status")
    assert status.returncode == 0, status.stdout + status.stderr
    assert json.loads(status.stdout)["well"] is True
    link = re.search(r"https://mail\.carteiro\.test(/setup/\S+)", came_up.stdout)
    assert link, came_up.stdout
    return link[1]


def what_the_panel_makes_takes_effect(tree: Tree, link: str) -> None:
    """The clone lies below /root, where the control plane's users can't read it."""
    assert stat.S_IMODE((tree.root / "root").stat().st_mode) == 0o700
    state = tree.root / "var/lib/carteiro-trial"
    panel = Panel(Trial("mail.carteiro.test", "127.0.12.1", state / "tls/ca.crt", tree.root / "root"))
    panel.fill(link, address="eva@carteiro.test", new=PASSWORD, again=PASSWORD)
    panel.fill("/mailboxes/add/?domain=carteiro.test", address="caio@carteiro.test", password=PASSWORD)
    assert accepts("127.0.12.1", "caio@carteiro.test")
    for log in (state / "log").glob("*.log"):
        assert "Permission denied" not in log.read_text(errors="replace"), log


def the_machines_own_sendmail_says_no(tree: Tree) -> None:
    """Debian's scripts want a main.cf at upgrades; whatever is handed in by that one must not vanish in a queue."""
    asked = tree.run("postconf -h authorized_submit_users && echo Hello | /usr/sbin/sendmail root")
    assert asked.returncode != 0
    assert "not allowed to submit mail" in asked.stderr, asked.stderr


def accepts(address: str, recipient: str) -> bool:
    """Whether mail from elsewhere is taken for a recipient."""
    with smtplib.SMTP(address, timeout=30) as client:
        client.ehlo("client.world.test")
        client.docmd("MAIL FROM:<eve@world.test>")
        return client.docmd(f"RCPT TO:<{recipient}>")[0] == 250


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
    names = [box["address"].partition("@")[0] for box in json.loads(listed.stdout)]
    assert names == ["ana", "bruno", "caio"]


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
    installed = tree.run(INSTALL, timeout=1500)
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


def put_systemd(tree: Tree) -> None:
    """What a machine has that was not made by debootstrap --variant=minbase."""
    put = tree.run("DEBIAN_FRONTEND=noninteractive apt-get -y -q install --no-install-recommends systemd-sysv")
    assert put.returncode == 0, put.stdout + put.stderr


def another_mail_server_runs_until_told(tree: Tree) -> None:
    """Debian's mail servers exclude each other; the other one is stopped, not only removed."""
    there = tree.run("DEBIAN_FRONTEND=noninteractive apt-get -y -q install --no-install-recommends exim4-daemon-light")
    assert there.returncode == 0, there.stdout + there.stderr
    assert any("exim4" in line for line in tree.processes())
    exims = tree.root / "etc/exim4/update-exim4.conf.conf"
    settings = exims.read_text()
    refused = tree.run("./up --detach", timeout=1500)
    assert refused.returncode == 1, refused.stdout
    assert "exim4-daemon-light" in refused.stderr
    assert "--replace-mta" in refused.stderr
    assert any("exim4" in line for line in tree.processes())
    installed = tree.run(f"{INSTALL} --replace-mta", timeout=1500)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    assert not any("exim4" in line for line in tree.processes())
    assert not (tree.root / "usr/sbin/exim4").exists()
    # Removed, not purged: whoever comes back finds the old settings.
    assert exims.read_text() == settings
    made = tree.run("carteiro domain add example.org && carteiro --json mailbox add ana@example.org </dev/null")
    assert made.returncode == 0, made.stdout + made.stderr


def it_needs_no_clone(tree: Tree) -> None:
    clone = tree.root / "root/carteiro"
    clone.rename(tree.root / "root/gone")
    clone.mkdir()
    started = tree.run("systemctl restart carteiro && carteiro --json status")
    assert started.returncode == 0, started.stdout + started.stderr
    assert json.loads(started.stdout)["well"] is True
    ours = [line for line in tree.processes() if " -m carteiro" in line]
    assert ours
    assert all(line.startswith("/opt/carteiro/") for line in ours), ours
    assert accepts("127.0.13.1", "ana@example.org")
    made = tree.run("carteiro alias add team@example.org ana@example.org")
    assert made.returncode == 0, made.stderr
    assert accepts("127.0.13.1", "team@example.org")
    clone.rmdir()
    (tree.root / "root/gone").rename(clone)


def it_comes_back_when_killed(tree: Tree) -> None:
    killed = tree.run("kill -9 $(systemctl show --property MainPID --value carteiro)")
    assert killed.returncode == 0, killed.stderr
    waited = tree.run("for i in $(seq 60); do carteiro --json status >/dev/null && exit 0; sleep 1; done; exit 1")
    assert waited.returncode == 0, tree.run("systemctl status carteiro; carteiro status").stdout
    assert tree.run("systemctl show --property NRestarts --value carteiro").stdout.strip() == "1"
    assert accepts("127.0.13.1", "ana@example.org")


def it_stops_and_starts_as_other_units_do(tree: Tree) -> None:
    stopped = tree.run("carteiro stop")
    assert stopped.returncode == 0, stopped.stderr
    assert tree.run("systemctl is-active carteiro").stdout.strip() == "inactive"
    assert [line for line in tree.processes() if "carteiro" in line] == []
    started = tree.run("systemctl start carteiro && carteiro --json status")
    assert started.returncode == 0, started.stdout + started.stderr
    assert tree.run("systemctl is-system-running").stdout.strip() == "running"


def the_engines_own_units_stay_off(tree: Tree) -> None:
    """A hook or a habit starts one by hand; systemd would stop ours for it."""
    assert tree.run("systemctl restart postfix").returncode != 0
    assert tree.run("systemctl reload-or-restart dovecot").returncode != 0
    assert tree.run("systemctl is-active carteiro").stdout.strip() == "active"


def what_an_update_replaced_is_restarted(tree: Tree) -> None:
    """As unattended-upgrades replaces a file; the worker looks once an hour, and is not waited for."""
    before = restarts(tree)
    replaced = tree.run("cp -a /usr/sbin/dovecot /usr/sbin/dovecot.new && mv /usr/sbin/dovecot.new /usr/sbin/dovecot")
    assert replaced.returncode == 0, replaced.stderr
    looked = tree.run(f"/opt/carteiro/current/bin/python -c '{LOOK_FOR_UPDATES}'")
    assert looked.returncode == 0, looked.stderr
    assert {name for name, since in restarts(tree).items() if since != before[name]} == {"dovecot"}
    assert tree.run("carteiro status").returncode == 0


def restarts(tree: Tree) -> dict[str, str]:
    """When each service was started."""
    told = json.loads(tree.run("carteiro --json status").stdout)["services"]
    return {service["name"]: service["since"] for service in told}


def a_newer_release_takes_over(tree: Tree) -> None:
    """One whose directory looks different: the old projector would make its own again and again."""
    before = releases_at_work(tree)
    schema = tree.root / "root/carteiro/src/carteiro/directory/schema.sql"
    schema.write_text(f"{schema.read_text()}\n-- of a newer release\n")
    installed = tree.run(INSTALL, timeout=1500)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    now = releases_at_work(tree)
    assert len(before) == len(now) == 1
    assert before != now
    assert len(list((tree.root / "opt/carteiro/releases").iterdir())) == 2
    assert tree.run("carteiro status && carteiro directory check").returncode == 0
    assert accepts("127.0.13.1", "team@example.org")
    refused = tree.run("carteiro rollback")
    assert refused.returncode == 1
    assert "is of another installation" in refused.stderr


def debian_itself_is_upgraded(tree: Tree) -> None:
    """While the host runs; then the same command once more, as the guide says."""
    upgraded = tree.run(
        "sed -i s/bookworm/trixie/ /etc/apt/sources.list && apt-get -q update && "
        "DEBIAN_FRONTEND=noninteractive apt-get -y -q -o Dpkg::Options::=--force-confold full-upgrade",
        timeout=1500,
    )
    assert upgraded.returncode == 0, upgraded.stdout[-3000:] + upgraded.stderr
    installed = tree.run(INSTALL, timeout=1500)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    assert (tree.root / "etc/debian_version").read_text().startswith("13")
    status = tree.run("carteiro --json status")
    assert status.returncode == 0, status.stdout + status.stderr
    assert accepts("127.0.13.1", "team@example.org")
    assert tree.run("carteiro directory check").returncode == 0


def releases_at_work(tree: Tree) -> set[str]:
    """Where the programs of our own that run now are."""
    return {line.partition("/bin/python ")[0] for line in tree.processes() if " -m carteiro" in line}


def a_backup_comes_back(tree: Tree) -> None:
    """By the letter of the operator's guide, in a machine on which all was lost."""
    copy, back, look = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    with smtplib.SMTP("127.0.13.1", timeout=30) as client:
        client.sendmail("eve@world.test", ["ana@example.org"], "Subject: Keep me\r\n\r\nThis.\r\n")
    settings = tree.root / "etc/carteiro/carteiro.toml"
    settings.write_text(settings.read_text().replace('#message_size_limit = "50M"', 'message_size_limit = "7M"'))
    assert tree.run("carteiro apply").returncode == 0
    assert announced("127.0.13.1") == 7 * 2**20
    tree.run("for i in $(seq 50); do ls -R /var/lib/carteiro/mail | grep -q mail.example.org && break; sleep 0.1; done")
    copied_ = tree.run(f"set -e\n{copy}")
    assert copied_.returncode == 0, copied_.stdout + copied_.stderr
    lost = tree.run("systemctl stop carteiro && rm -r /etc/carteiro /var/lib/carteiro /var/log/carteiro")
    assert lost.returncode == 0, lost.stderr
    anew = tree.run(INSTALL)
    assert anew.returncode == 0, anew.stdout + anew.stderr
    came_back = tree.run(f"set -e\n{back}\n{look}")
    assert came_back.returncode == 0, came_back.stdout + came_back.stderr
    assert announced("127.0.13.1") == 7 * 2**20
    assert accepts("127.0.13.1", "team@example.org")
    found = tree.run("grep -rl 'Keep me' /var/lib/carteiro/mail")
    assert found.returncode == 0, tree.run("ls -R /var/lib/carteiro/mail").stdout


def announced(address: str) -> int:
    """The largest message that a host says it takes."""
    with smtplib.SMTP(address, timeout=30) as client:
        client.ehlo("client.world.test")
        return int(client.esmtp_features["size"])

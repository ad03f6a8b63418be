"""A domain that is hosted at one run and a backup-MX domain at the next, and the other way round."""

from carteiro.hosting import admins, domains, mailboxes
from carteiro.hosting.access import Actor
from carteiro.hosting.models import Binned
from carteiro.importers.postfixadmin import OldHost
from carteiro.settings.layout import Layout

from .bringing import bring, steps
from .small import admin, domain, holds, host, mailbox

_REST = (domain(), mailbox("ana@a.test"), admin("ana@a.test"), holds("ana@a.test", "b.test"))


def _hosted(*addresses: str) -> OldHost:
    return host(domain("b.test", mailboxes=5), *_REST, *(mailbox(address) for address in addresses))


def _relay() -> OldHost:
    return host(domain("b.test", backup_mx=True), *_REST)


def test_a_domain_that_has_no_addresses_any_more_becomes_a_backup_mx(layout: Layout, actor: Actor) -> None:
    bring(layout, actor, _hosted("bia@b.test"))
    done = bring(layout, actor, _relay())
    row = domains.get(actor, "b.test")
    assert (row.kind, row.recipients, row.max_mailboxes) == ("relay", "verify", None)
    assert steps(done) == {"remove": 1, "set": 1, "same": 3}
    assert Binned.objects.filter(key="bia@b.test").exists()
    assert list(admins.get(actor, "ana@a.test").held()) == ["b.test"]
    assert set(steps(bring(layout, actor, _relay()))) == {"same"}


def test_a_backup_mx_that_is_hosted_there_is_hosted_here(layout: Layout, actor: Actor) -> None:
    bring(layout, actor, _relay())
    bring(layout, actor, _hosted("bia@b.test"))
    row = domains.get(actor, "b.test")
    assert (row.kind, row.max_mailboxes) == ("hosted", 5)
    assert mailboxes.get(actor, "bia@b.test").active


def test_a_domain_with_an_address_that_was_made_here_stays_and_that_is_told(layout: Layout, actor: Actor) -> None:
    bring(layout, actor, _hosted())
    ana = mailboxes.get(actor, "ana@a.test")
    mailboxes.add(actor, mailboxes.NewMailbox("new@b.test", ana.password))
    (refused,) = bring(layout, actor, _relay()).accounts.refused()
    assert "new@b.test" in str(refused.fault)
    assert domains.get(actor, "b.test").kind == "hosted"

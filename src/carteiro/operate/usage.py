"""What mailboxes use, measured anew where Dovecot's running count can't know it yet."""

from carteiro.directory import usage
from carteiro.host import run
from carteiro.hosting import mailboxes
from carteiro.hosting.access import Actor
from carteiro.operate.doveadm import doveadm, quota
from carteiro.operate.instance import Instance


def measure_domain(instance: Instance, domain: str) -> None:
    """Count every mailbox of a domain; from then on Dovecot keeps the count."""
    for mailbox in mailboxes.addresses(Actor.root(origin="worker"), domain):
        measure_mailbox(instance, mailbox)


def measure_mailbox(instance: Instance, address: str) -> None:
    """Count one mailbox of a domain with a quota in all."""
    before = usage.recorded(instance.layout, address)
    run.run((*doveadm(instance), "quota", "recalc", "-u", address), accept=None)
    storage, messages = quota(instance, address)
    usage.record(instance.layout, address, storage, messages, before=before)

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
        before = usage.recorded(instance.layout, mailbox)
        run.run((*doveadm(instance), "quota", "recalc", "-u", mailbox), accept=None)
        storage, messages = quota(instance, mailbox)
        usage.record(instance.layout, mailbox, storage, messages, before=before)

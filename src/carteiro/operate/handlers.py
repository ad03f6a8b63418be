"""Typed requests → what is done on the machine for them."""

import shutil
from collections.abc import Callable, Mapping
from typing import Any

from carteiro.hosting import requests
from carteiro.operate import doveadm, engines, sieve
from carteiro.operate.answers import ANSWERS
from carteiro.operate.instance import Instance
from carteiro.operate.recovering import mail_confirmation, mail_recovery
from carteiro.operate.usage import measure_domain
from carteiro.operate.welcoming import send_welcome
from carteiro.words import Fault, packed


def carry_out(instance: Instance, request: requests.TypedRequest) -> object:
    """Do what was asked; doing it twice does no harm. Raises Fault, and it is tried again later.

    A question is not tried again: who asked is told of the fault.
    """
    if type(request) not in ANSWERS:
        HANDLERS[type(request)](instance, request)
        return None
    try:
        return {"answer": ANSWERS[type(request)](instance, request)}  # type: ignore[index]
    except Fault as fault:
        return {"fault": packed(fault)}


def _kick(instance: Instance, request: requests.KickUser) -> None:
    doveadm.kick(instance, request.address)


def _purge(instance: Instance, request: requests.PurgeMailbox) -> None:
    layout = instance.layout
    for place in (layout.mail / request.home[:2] / request.home, layout.fetching / request.home):
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
    for kept in layout.importing.glob(f"{request.home}.*"):
        kept.unlink(missing_ok=True)


def _measure(instance: Instance, request: requests.MeasureUsage) -> None:
    measure_domain(instance, request.domain)


def _install_sieve(instance: Instance, request: requests.InstallSieve) -> None:
    sieve.install(instance, request.home)


def _reload(instance: Instance, _: requests.ReloadEngines) -> None:
    engines.reload(instance)


HANDLERS: Mapping[type[requests.TypedRequest], Callable[[Instance, Any], None]] = {
    requests.KickUser: _kick,
    requests.PurgeMailbox: _purge,
    requests.MeasureUsage: _measure,
    requests.InstallSieve: _install_sieve,
    requests.ReloadEngines: _reload,
    requests.SendWelcome: send_welcome,
    requests.MailRecovery: mail_recovery,
    requests.MailConfirmation: mail_confirmation,
}

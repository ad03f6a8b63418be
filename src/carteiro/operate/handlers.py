"""Typed requests → what is done on the machine for them."""

import shutil
from typing import assert_never

from carteiro.host import run
from carteiro.host.supervise.control import Control
from carteiro.hosting import requests
from carteiro.operate import doveadm
from carteiro.operate.instance import Instance
from carteiro.operate.usage import measure_domain


def carry_out(instance: Instance, request: requests.TypedRequest) -> None:
    """Do what was asked; doing it twice does no harm. Raises Fault, and it is tried again later."""
    match request:
        case requests.KickUser(address=address):
            doveadm.kick(instance, address)
        case requests.PurgeMailbox(home=home):
            purge(instance, home)
        case requests.MeasureUsage(domain=domain):
            measure_domain(instance, domain)
        case requests.ReloadEngines():
            reload_engines(instance)
        case _:
            assert_never(request)


def purge(instance: Instance, home: str) -> None:
    """Delete the directory of a mailbox whose time in the bin is over."""
    place = instance.layout.mail / home[:2] / home
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)


def reload_engines(instance: Instance) -> None:
    """Let every engine open its files anew."""
    if not Control(instance.layout.supervisor_socket).answers():
        return
    for service in instance.stack.services:
        if service.reload:
            run.run(service.reload)

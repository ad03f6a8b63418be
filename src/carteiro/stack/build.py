"""All engines' configuration from one model."""

from collections.abc import Mapping
from types import MappingProxyType

from carteiro.settings.layout import Layout
from carteiro.settings.schema import Settings
from carteiro.stack.dovecot.build import render as render_dovecot
from carteiro.stack.facts import Facts, Versions
from carteiro.stack.lookups import Lookups
from carteiro.stack.model import Model
from carteiro.stack.nginx.build import render as render_nginx
from carteiro.stack.postfix.build import render as render_postfix
from carteiro.stack.supervisor.build import own_services, render_supervisor
from carteiro.stack.tree import Stack

NO_SECRETS: Mapping[str, str] = MappingProxyType({})


def build(
    settings: Settings,
    layout: Layout,
    facts: Facts,
    versions: Versions,
    lookups: Lookups,
    secrets: Mapping[str, str] = NO_SECRETS,
) -> Stack:
    """Render everything. The same arguments give the same bytes.

    `secrets` holds the content of files that settings name: "outgoing_password" for outgoing.password_file.
    """
    model = Model(settings, layout, facts, versions, lookups, secrets)
    parts = (render_postfix(model), render_dovecot(model), render_nginx(model))
    services = tuple(
        sorted(
            (*own_services(model), *(service for part in parts for service in part.services)),
            key=lambda service: service.priority,
        )
    )
    files = (*(file for part in parts for file in part.files), render_supervisor(model, services))
    return Stack(
        files=tuple(sorted(files, key=lambda file: file.path)),
        services=services,
        checks=tuple(check for part in parts for check in part.checks),
        probes=tuple(probe for part in parts for probe in part.probes),
    )

"""supervisord.conf: all services as children of one process, and our own services among them."""

import shlex

from carteiro.settings.layout import Layout
from carteiro.stack.model import Model
from carteiro.stack.templates import templates_beside
from carteiro.stack.tree import File, Service


def own_services(model: Model) -> tuple[Service, ...]:
    """What runs in Python: the projector keeps the directory up to date, the worker does what needs root.

    And where the panel is on, the application behind it.
    """
    return (
        # Started as root, it becomes the control plane's user as soon as its program is loaded: that user need not be
        # able to read the place where the program lies (a clone below /root).
        # What they do depends on their program and on where the accounts are.
        Service("projector", _own(model, "projector"), priority=10, stop_seconds=15, restart=_program_and_place(model)),
        Service("worker", _own(model, "worker"), priority=20, restart=_program_and_place(model)),
        *_web(model),
    )


def _web(model: Model) -> tuple[Service, ...]:
    if not model.settings.listen.https:
        return ()
    # It shows the host's settings to people, and reads them when it starts.
    restart = f"{model.facts.python} {model.settings.model_dump_json()}"
    return (Service("web", _own(model, "web"), priority=50, restart=restart),)


def render_supervisor(model: Model, services: tuple[Service, ...]) -> File:
    """The supervisor's configuration for these services, in the order of their priorities."""
    template = templates_beside(__file__).get_template("supervisord.conf.j2")
    context = {"layout": model.layout, "services": services, "shlex": shlex}
    return File("supervisord.conf", template.render(context).encode())


def _program_and_place(model: Model) -> str:
    return f"{model.facts.python} {model.settings.database}"


def _own(model: Model, name: str) -> tuple[str, ...]:
    return (model.facts.python, "-m", "carteiro", *_layout_arguments(model.layout), "service", name)


def _layout_arguments(layout: Layout) -> tuple[str, ...]:
    return () if layout == Layout.installed() else ("--instance", str(layout.config))

"""nginx: settings to its files, and how it is run, checked, reloaded and probed."""

from collections.abc import Iterator

from jinja2 import Environment

from carteiro.stack.model import Model, Part
from carteiro.stack.templates import templates_beside
from carteiro.stack.tree import Check, File, Probe, Service

# What our own application leaves in state/web/static: the name holds a hash of the content (Django's manifest storage).
_HASHED = r"\.[0-9a-f]{12}\.[0-9a-z.]+$"
_DAY = 24 * 60 * 60
_PAGES = ("away", "too-large")


def render(model: Model) -> Part:
    """nginx's share of the stack; nothing where it would have nothing to listen on."""
    listen = model.settings.listen
    if not (listen.https or listen.http):
        return Part(files=(), services=())
    command = _command(str(model.layout.current))
    service = Service(
        name="nginx",
        argv=command,
        priority=60,
        stop_signal="QUIT",
        stop_seconds=15,
        reload=(*command, "-s", "reload"),
        files=("nginx/",),
        restart="\n".join(f"{kind} {place}" for kind in ("https", "http") for place in _places(model, kind)),
        kill_group=True,
    )
    return Part(
        files=tuple(_files(templates_beside(__file__), model)),
        services=(service,),
        checks=(Check("nginx", (*_command("{generation}"), "-t", "-q")),),
        probes=tuple(_probes(model)),
    )


def _command(generation: str) -> tuple[str, ...]:
    # Without -e it would try its built-in log file first, which is another nginx's.
    return ("/usr/sbin/nginx", "-p", f"{generation}/nginx/", "-c", "nginx.conf", "-e", "stderr")


def _files(templates: Environment, model: Model) -> Iterator[File]:
    context = {
        "model": model,
        "settings": model.settings,
        "layout": model.layout,
        "https": _places(model, "https"),
        "http": _places(model, "http"),
        "port": _port(model),
        "http2_is_a_directive": model.versions.nginx >= (1, 25),
        "strict_transport": _strict_transport(model),
        "hashed": _HASHED,
        "pages": f"{model.layout.current}/nginx/pages/",
    }
    yield File("nginx/nginx.conf", templates.get_template("nginx.conf.j2").render(context).encode())
    for name in _PAGES:
        yield File(f"nginx/pages/{name}.html", templates.get_template(f"{name}.html.j2").render(context).encode())


def _places(model: Model, kind: str) -> tuple[str, ...]:
    """The addresses and ports of "https" or "http" as `listen` has them; none where it is off."""
    port = getattr(model.settings.listen, kind)
    if not port:
        return ()
    if model.everywhere:
        return (f"*:{port}", f"[::]:{port}") if model.facts.ipv6 else (f"*:{port}",)
    addresses = [str(address) for address in model.settings.listen.addresses]
    return tuple(f"[{address}]:{port}" if ":" in address else f"{address}:{port}" for address in addresses)


def _port(model: Model) -> str:
    """What follows the name in our own addresses."""
    return "" if model.settings.listen.https == 443 else f":{model.settings.listen.https}"


def _strict_transport(model: Model) -> int:
    """Seconds for which browsers insist on HTTPS with a certificate that they trust (RFC 6797)."""
    # A private authority is often made anew with its trial, and a browser that remembers lets nobody by.
    return 730 * _DAY if model.settings.tls.certificate else _DAY


def _probes(model: Model) -> Iterator[Probe]:
    yield from model.probe("https", model.settings.listen.https)
    yield from model.probe("http", model.settings.listen.http)

"""Postfix: settings to its files, and how it is run, checked, reloaded and probed."""

from collections.abc import Iterator

from jinja2 import Environment

from carteiro.mail.next_hop import parse_next_hop
from carteiro.stack.model import AUTH_SOCKET, LMTP_SOCKET, QUOTA_SOCKET, Model, Part
from carteiro.stack.quoting import one_line, sql
from carteiro.stack.templates import templates_beside
from carteiro.stack.tree import Check, File, Probe, Service

_PLAIN = (
    "main.cf",
    "master.cf",
    "bounce.cf",
    "postmaster",
    "submission_headers",
    "reject_footers",
    "utf8_commands",
    "utf8_senders",
    "utf8_unmark",
    "resolv.conf",
)
_SCRIPTS = ("start", "reload")
# postconf names unknown and unused parameters on standard error, with exit status 0. 3.10 also opens the tables' files,
# but looks for $config_directory at its built-in place unless told.
_CHECK = ("/usr/sbin/postconf", "-c", "{generation}/postfix", "-o", "config_directory={generation}/postfix")
_UTF8_REFUSAL = "550 5.6.7 Mailboxes here take no SMTPUTF8 message; send it without non-ASCII addresses and SMTPUTF8"


def render(model: Model) -> Part:
    """Postfix's share of the stack."""
    templates = templates_beside(__file__)
    context = _context(model)
    directory = f"{model.layout.current}/postfix"
    service = Service(
        name="postfix",
        argv=("/bin/sh", f"{directory}/start"),
        priority=40,
        stop_seconds=60,
        reload=("/bin/sh", f"{directory}/reload"),
        files=("postfix/",),
        restart=_what_only_a_restart_changes(model),
    )
    return Part(
        files=(*_files(templates, context, model), *_map_files(templates, model)),
        services=(service,),
        checks=(Check("postfix", _CHECK, stderr_is_failure=True),),
        probes=tuple(_probes(model)),
    )


def endpoints(model: Model, port: int) -> tuple[str, ...]:
    """The first columns of master.cf for a port on the addresses to listen on; none where it is off."""
    if not port:
        return ()
    if model.everywhere:
        return (str(port),)
    return tuple(_endpoint(str(address), port) for address in model.settings.listen.addresses)


def _endpoint(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _context(model: Model) -> dict[str, object]:
    outgoing = model.settings.outgoing
    password = model.secrets.get("outgoing_password", "").strip()
    hop = parse_next_hop(outgoing.smarthost) if outgoing.smarthost else None
    return {
        "model": model,
        "settings": model.settings,
        "layout": model.layout,
        "facts": model.facts,
        "endpoints": lambda port: endpoints(model, port),
        "reinject": _endpoint(model.reinject_host, model.settings.listen.reinject),
        "relayhost": f"[{hop.host}]:{hop.port}" if hop else "",
        "relay_login": f"{outgoing.username}:{password}" if hop and outgoing.username else "",
        "bind_address": str(outgoing.bind_address or ""),
        "auth_socket": AUTH_SOCKET,
        "lmtp_socket": LMTP_SOCKET,
        "quota_socket": QUOTA_SOCKET,
    }


def _files(templates: Environment, context: dict[str, object], model: Model) -> Iterator[File]:
    for name in _PLAIN:
        yield File(f"postfix/{name}", _text(templates, name, context))
    for name in _SCRIPTS:
        yield File(f"postfix/{name}", _text(templates, name, context), mode=0o755)
    if context["relay_login"]:
        # smtp(8) opens it before it gives up root, so nobody else needs to read the password.
        yield File("postfix/outgoing_password", _text(templates, "outgoing_password", context), mode=0o600)


def _map_files(templates: Environment, model: Model) -> Iterator[File]:
    # Before any is put inside another: a comment would swallow what comes after it.
    queries = {name: one_line(query) for name, query in model.lookups.postfix.items()}
    queries["host_domain"] = _host_domain(model, queries)
    queries["utf8_recipients"] = _utf8_recipients(queries)
    queries["plain_recipient"] = _plain_recipient(queries.pop("room"))
    for name, query in sorted(queries.items()):
        database = model.layout.usage_database if name == "domain_full" else model.layout.directory_database
        yield File(f"postfix/maps/{name}.cf", _text(templates, "map.cf", {"database": database, "query": query}))


def _text(templates: Environment, name: str, context: dict[str, object]) -> bytes:
    return templates.get_template(f"{name}.j2").render(context).encode()


def _host_domain(model: Model, queries: dict[str, str]) -> str:
    """The host's own name, unless somebody hosts or relays it as a domain: a domain must be in one class only."""
    kinds = ("local_domains", "relay_domains")
    others = " AND ".join(f"NOT EXISTS ({queries[kind]})" for kind in kinds)
    return f"SELECT '%s' WHERE '%s' = {sql(model.settings.hostname)} AND {others}"


def _utf8_recipients(queries: dict[str, str]) -> str:
    """The refusal for a domain whose mail ends in a mailbox here."""
    here = " OR ".join(f"EXISTS ({queries[kind]})" for kind in ("local_domains", "host_domain"))
    return f"SELECT {sql(_UTF8_REFUSAL)} WHERE {here}"


def _plain_recipient(room: str) -> str:
    """For a mailbox that keeps its mail only its quotas matter; DUNNO, so that Postfix does not ask for parts."""
    choices = "WHEN 1 THEN 'permit' WHEN 0 THEN 'carteiro_quotas, permit' ELSE 'DUNNO'"
    return f"SELECT CASE ({room}) {choices} END"


def _probes(model: Model) -> Iterator[Probe]:
    listen = model.settings.listen
    yield from model.probe("smtp", listen.smtp)
    yield from model.probe("submission", listen.submission)
    yield from model.probe("submissions", listen.submissions)
    for name in sorted({*model.lookups.postfix} - {"room"} | {"plain_recipient"}):
        yield Probe("map", "", 0, name)


def _what_only_a_restart_changes(model: Model) -> str:
    listen = model.settings.listen
    ports = (listen.smtp, listen.submission, listen.submissions)
    rows = [endpoint for port in ports for endpoint in endpoints(model, port)]
    rows += [_endpoint(model.reinject_host, listen.reinject), f"ipv6 {model.facts.ipv6}", str(model.layout.queue)]
    return "\n".join(rows)

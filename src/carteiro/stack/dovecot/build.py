"""Dovecot: settings to its files, and how it is run, checked, reloaded and probed."""

from collections.abc import Iterator

from jinja2 import Environment

from carteiro.stack.dovecot.environment import quota_status_environment
from carteiro.stack.dovecot.queries import queries
from carteiro.stack.model import AUTH_SOCKET, LMTP_SOCKET, QUOTA_SOCKET, Model, Part
from carteiro.stack.templates import templates_beside
from carteiro.stack.tree import Check, File, Probe, Service

# RFC 6154; the names that mail programs look for.
_FOLDERS = (("Drafts", "Drafts"), ("Sent", "Sent"), ("Junk", "Junk"), ("Trash", "Trash"), ("Archive", "Archive"))
_FULL = "The mailbox is full"
_TOO_LARGE = "The message is larger than the whole mailbox may be"
# What 2.4 says of a message that breaks quota_mail_size (quota.c).
_LARGER_THAN_ALLOWED = "Mail size is larger than the maximum size allowed by server configuration"
_SCRIPTS = ("start", "send", "quota-warning")


def render(model: Model) -> Part:
    """Dovecot's share of the stack."""
    templates = templates_beside(__file__)
    context = _context(model)
    current = context["current"]
    configuration = f"{current}/dovecot.conf"
    service = Service(
        name="dovecot",
        argv=("/bin/sh", f"{current}/start"),
        priority=30,
        reload=("/usr/bin/doveadm", "-c", configuration, "reload"),
        files=("dovecot/",),
        restart=_what_only_a_restart_changes(model),
    )
    check = ("/usr/bin/doveconf", "-n", "-c", "{generation}/dovecot/dovecot.conf")
    return Part(
        files=tuple(_files(templates, context, model)),
        services=(service,),
        checks=(Check("dovecot", check),),
        probes=tuple(_probes(model)),
    )


def _is_24(model: Model) -> bool:
    """The language of 2.4 is not that of 2.3."""
    return model.versions.dovecot >= (2, 4)


def _volatile(model: Model) -> str:
    """Where the mailboxes' lock files are: nothing in it outlives a restart of the machine."""
    return f"{model.layout.dovecot_run}/volatile"


def _context(model: Model) -> dict[str, object]:
    settings = model.settings
    postmaster = f"postmaster@{settings.hostname}"
    return {
        "model": model,
        "settings": settings,
        "layout": model.layout,
        "current": f"{model.layout.current}/dovecot",
        "volatile": _volatile(model),
        "listen": _listen(model),
        "protocols": tuple(_protocols(model)),
        "logins": _logins(model),
        "folders": _FOLDERS,
        "search": settings.mail.full_text_search,
        # Dovecot runs the first that matches, so the highest comes first.
        "warnings": sorted(settings.mail.quota_warnings, reverse=True),
        "postmaster": postmaster,
        "sender": f"Mail system <{postmaster}>",
        "full_text": _FULL,
        "too_large_text": _TOO_LARGE,
        "larger_than_allowed": _LARGER_THAN_ALLOWED,
        "no_quota": "quota_enforce=no" if _is_24(model) else "plugin/quota=maildir:User quota:noenforcing",
        "auth_socket": AUTH_SOCKET,
        "lmtp_socket": LMTP_SOCKET,
        "quota_socket": QUOTA_SOCKET,
    }


def _files(templates: Environment, context: dict[str, object], model: Model) -> Iterator[File]:
    asked = queries(model.lookups.dovecot, model.layout.mail, model.versions)
    language = "2.4" if _is_24(model) else "2.3"
    configuration = _file(templates, f"{language}/dovecot.conf", "dovecot.conf", {**context, **asked})
    yield configuration
    yield _file(templates, "msmtprc", "msmtprc", context)
    for name in _SCRIPTS:
        yield _file(templates, name, name, context, mode=0o755)
    if not _is_24(model):
        known: dict[str, object] = {"environment": quota_status_environment(configuration.content.decode())}
        yield _file(templates, "2.3/quota-status", "quota-status", known, mode=0o755)
        yield _file(templates, "2.3/oauth2.conf", "oauth2.conf", context)
        yield _file(templates, "2.3/dict-usage.conf", "dict-usage.conf", context)
        for target, names in (
            ("sql-app-password", {"password_query": "app_password_query"}),
            ("sql-password", {"password_query": "password_query"}),
            ("sql-user", {"user_query": "user_query", "iterate_query": "iterate_query"}),
            ("sql-quota-user", {"user_query": "quota_user_query", "iterate_query": "no_users_query"}),
        ):
            chosen = {setting: asked[query] for setting, query in names.items()}
            yield _file(templates, "2.3/sql.conf", f"{target}.conf", {**context, "queries": chosen})


def _file(templates: Environment, template: str, name: str, context: dict[str, object], mode: int = 0o644) -> File:
    return File(f"dovecot/{name}", templates.get_template(f"{template}.j2").render(context).encode(), mode)


def _listen(model: Model) -> str:
    if model.everywhere:
        return "*, ::" if model.facts.ipv6 else "*"
    return ", ".join(str(address) for address in model.settings.listen.addresses)


def _protocols(model: Model) -> Iterator[str]:
    listen = model.settings.listen
    if listen.imap or listen.imaps:
        yield "imap"
    if listen.pop3 or listen.pop3s:
        yield "pop3"
    yield "lmtp"
    if listen.managesieve:
        yield "sieve"


def _logins(model: Model) -> tuple[tuple[str, tuple[tuple[str, int, bool], ...]], ...]:
    """The login services with their listeners: name, port (0 is off), whether TLS comes first."""
    listen = model.settings.listen
    protocols = tuple(_protocols(model))
    all_logins = (
        ("imap", "imap-login", (("imap", listen.imap, False), ("imaps", listen.imaps, True))),
        ("pop3", "pop3-login", (("pop3", listen.pop3, False), ("pop3s", listen.pop3s, True))),
        ("sieve", "managesieve-login", (("sieve", listen.managesieve, False),)),
    )
    return tuple((login, ports) for protocol, login, ports in all_logins if protocol in protocols)


def _probes(model: Model) -> Iterator[Probe]:
    listen = model.settings.listen
    for kind in ("imap", "imaps", "pop3", "pop3s", "managesieve"):
        yield from model.probe(kind, getattr(listen, kind))


def _what_only_a_restart_changes(model: Model) -> str:
    # The directory is made at the start, and lies below Dovecot's base_dir.
    rows = [_volatile(model), _listen(model)]
    rows += [f"{name} {port}" for _, ports in _logins(model) for name, port, _ in ports]
    return "\n".join(rows)

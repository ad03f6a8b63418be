"""Make an instance: directories, settings, keys, certificates, databases. Each step may be done again."""

import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from carteiro import directory
from carteiro.host import files, ports, users
from carteiro.hosting.database import configure
from carteiro.hosting.errors import DatabaseFault
from carteiro.mail import sealing
from carteiro.operate import accounts, engines
from carteiro.operate.certificates import Authority, HostPair, fingerprint
from carteiro.operate.instance import Instance
from carteiro.settings import document, load
from carteiro.settings.layout import Layout
from carteiro.stack.tree import Probe

log = logging.getLogger("carteiro.making")

TOKEN_KEY_ID = "carteiro"  # noqa: S105 - a name, no secret


@dataclass(frozen=True)
class Wishes:
    """What whoever makes an instance may ask of its settings; None leaves it to the default."""

    address: str | None = None
    http: int | None = None
    https: int | None = None

    def settings(self) -> dict[str, object]:
        """The settings that these are, by their names in the file."""
        addresses = None if self.address is None else [self.address]
        named = {"listen.addresses": addresses, "listen.http": self.http, "listen.https": self.https}
        return {name: value for name, value in named.items() if value is not None}


def write_settings(layout: Layout, hostname: str, wishes: Wishes, *, starts: bool = True) -> None:
    """Write the commented settings file of a new instance; an existing one is left alone.

    Where the instance `starts` next its ports must be free, so that whoever has to choose others still can.
    """
    if layout.settings_file.exists():
        return
    text = document.example({"hostname": hostname, **wishes.settings()})
    instance = Instance(layout, load.load_text(text, str(layout.settings_file)))
    if starts:
        require_ports(instance.stack.probes)
    files.make_directory(layout.config, mode=0o755)
    files.write(layout.settings_file, text.encode(), mode=0o644)


def require_ports(probes: Iterable[Probe]) -> None:
    """Raise Fault if somebody else listens where these will be asked."""
    for probe in probes:
        if probe.port:
            ports.require_free(probe.host, probe.port)


def complete(instance: Instance) -> None:
    """Make whatever of the instance is missing, and migrate the accounts database."""
    _complete_files(instance)
    _complete_databases(instance)


def complete_for_start(instance: Instance) -> None:
    """As `complete`; a server with the accounts that is away keeps no mail from flowing, if it ever flowed."""
    _complete_files(instance)
    try:
        _complete_databases(instance)
    except DatabaseFault as fault:
        if instance.settings.database == "sqlite" or not instance.layout.directory_database.exists():
            raise
        log.warning("%s", fault)


def _complete_files(instance: Instance) -> None:
    users.ensure_users()
    _directories(instance.layout)
    if certificates(instance):
        engines.reload(instance)  # what runs has read the one before
    _reinject_certificate(instance)
    _site_key(instance.layout)
    _token_key(instance.layout)
    _sealing_key(instance.layout)


def _complete_databases(instance: Instance) -> None:
    accounts.configure_for(instance)
    configure.migrate()
    directory.prepare(instance.layout)
    accounts.follow(instance, directory.catch_up(instance.layout))


def _directories(layout: Layout) -> None:
    for path in (layout.config, layout.state, layout.run, layout.log):
        files.make_directory(path, mode=0o755)
    for user in ("postfix", "dovecot", users.HTTP, users.MAIL, users.CONTROL):
        files.require_reachable(layout.current, user)
    for socket in (
        layout.supervisor_socket,
        layout.queue / "private" / "quota-status",
        layout.dovecot_run / "auth-userdb",
        layout.web_socket,
        layout.projector_socket,
        layout.worker_socket,
    ):
        files.require_socket_path(socket)
    for path in (layout.generations, layout.secrets, layout.dovecot_state, layout.dovecot_run):
        files.make_directory(path, mode=0o755)
    files.make_directory(layout.tls, mode=0o755)
    files.make_directory(layout.mail, mode=0o750, owner="vmail", group="vmail")
    files.make_directory(layout.accounts_database.parent, mode=0o700, owner="carteiro", group="carteiro")
    files.make_directory(layout.postfix_data, mode=0o755, owner="postfix", group="root")
    files.make_directory(layout.queue, mode=0o755)
    files.make_directory(layout.fetching, mode=0o700, owner=users.FETCHER, group=users.FETCHER)
    _web_directories(layout)
    # Dovecot would make it root's while it puts its sockets there, and then master exits without a word.
    files.make_directory(layout.queue / "private", mode=0o700, owner="postfix", group="root")


def _web_directories(layout: Layout) -> None:
    # The application's socket gets nginx's group from its directory, and nobody else gets near it.
    files.make_directory(layout.web_socket.parent, mode=0o2750, owner="carteiro", group=users.HTTP)
    files.make_directory(layout.web_static.parent, mode=0o755)
    files.make_directory(layout.acme, mode=0o755)
    files.make_directory(layout.nginx_state, mode=0o755)
    for name in ("nginx.log", "nginx-access.log"):
        # Who looked at what is not for everybody's eyes, and nginx would make them readable.
        if not (layout.log / name).exists():
            files.write(layout.log / name, b"", mode=0o640)


def certificates(instance: Instance) -> bool:
    """See to the private authority, and to a certificate by it where the settings name none; whether one was signed."""
    layout, hostname = instance.layout, instance.settings.hostname
    authority = Authority(layout.tls)
    authority.make(hostname)
    pair = HostPair(authority)
    if not instance.own_authority or pair.serves(hostname):
        return False
    pair.sign(hostname, [str(each) for each in instance.settings.listen.addresses if str(each) != "*"])
    return True


def _reinject_certificate(instance: Instance) -> None:
    """The client certificate with which Dovecot's Sieve, running as vmail, hands mail back to Postfix."""
    place = instance.layout.secrets / "reinject"
    if (place / "fingerprints").exists():
        return
    certificate, key = Authority(instance.layout.tls).sign_client("reinject.invalid")
    files.make_directory(place, mode=0o755)
    files.write(place / "client.crt", certificate, mode=0o644)
    files.write(place / "client.key", key, mode=0o600, owner="vmail", group="vmail")
    files.write(place / "fingerprints", f"{fingerprint(certificate)} permit\n".encode(), mode=0o644)


def _site_key(layout: Layout) -> None:
    if layout.site_key.exists():
        return
    # Where it was before it counted among the secrets, which are in every backup.
    earlier = layout.web_static.parent / "secret_key"
    text = earlier.read_text() if earlier.exists() else ""
    files.write(layout.site_key, (text or secrets.token_urlsafe(48)).encode(), mode=0o600)
    earlier.unlink(missing_ok=True)


def _sealing_key(layout: Layout) -> None:
    """The key pair of passwords that the panel takes and may not read again, only the worker."""
    if (layout.sealing / "public.pem").exists():
        return
    private, public = sealing.make_key()
    files.make_directory(layout.sealing, mode=0o755)
    files.write(layout.sealing / "private.pem", private, mode=0o600)
    # The public one comes last: where it exists, the pair is complete.
    files.write(layout.sealing / "public.pem", public, mode=0o644)


def _token_key(layout: Layout) -> None:
    """The key pair of login tokens: private for the control plane, public where Dovecot looks for it.

    Dovecot reads PREFIX/AZP/ALG/KID, with AZP "default" for tokens without that claim.
    """
    place = layout.secrets / "tokens"
    public = place / "public" / "default" / "ES256" / TOKEN_KEY_ID
    if public.exists():
        return
    key = ec.generate_private_key(ec.SECP256R1())
    files.make_directory(place, mode=0o755)
    private_pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    files.write(place / "private.pem", private_pem, mode=0o600, owner="carteiro", group="carteiro")
    public_pem = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    for parent in reversed(public.relative_to(place).parents[:-1]):
        files.make_directory(place / parent, mode=0o755)
    files.write(public, public_pem, mode=0o644)

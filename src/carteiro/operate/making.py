"""Make an instance: directories, settings, keys, certificates, databases. Each step may be done again."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from carteiro import directory
from carteiro.host import files, users
from carteiro.hosting import configure
from carteiro.operate import accounts
from carteiro.operate.certificates import Authority, fingerprint
from carteiro.operate.instance import Instance
from carteiro.settings import document, load
from carteiro.settings.layout import Layout

TOKEN_KEY_ID = "carteiro"  # noqa: S105 - a name, no secret


def write_settings(layout: Layout, hostname: str, listen: str | None) -> None:
    """Write the commented settings file of a new instance; an existing one is left alone."""
    if layout.settings_file.exists():
        return
    values: dict[str, object] = {"hostname": hostname}
    if listen:
        values["listen.addresses"] = [listen]
    text = document.example(values)
    load.load_text(text, str(layout.settings_file))
    files.make_directory(layout.config, mode=0o755)
    files.write(layout.settings_file, text.encode(), mode=0o644)


def complete(instance: Instance) -> None:
    """Make whatever of the instance is missing, and migrate the accounts database."""
    users.ensure_users()
    _directories(instance.layout)
    _certificates(instance)
    _reinject_certificate(instance)
    _token_key(instance.layout)
    accounts.configure_for(instance)
    configure.migrate()
    directory.prepare(instance.layout)
    accounts.follow(instance, directory.catch_up(instance.layout))


def _directories(layout: Layout) -> None:
    for path in (layout.config, layout.state, layout.run, layout.log):
        files.make_directory(path, mode=0o755)
    for user in ("postfix", "dovecot", users.MAIL, users.CONTROL):
        files.require_reachable(layout.current, user)
    for socket in (
        layout.supervisor_socket,
        layout.queue / "private" / "quota-status",
        layout.dovecot_run / "auth-userdb",
    ):
        files.require_socket_path(socket)
    for path in (layout.generations, layout.secrets, layout.dovecot_state, layout.dovecot_run):
        files.make_directory(path, mode=0o755)
    files.make_directory(layout.tls, mode=0o755)
    files.make_directory(layout.mail, mode=0o750, owner="vmail", group="vmail")
    files.make_directory(layout.accounts_database.parent, mode=0o700, owner="carteiro", group="carteiro")
    files.make_directory(layout.postfix_data, mode=0o755, owner="postfix", group="root")
    files.make_directory(layout.queue, mode=0o755)
    # Dovecot would make it root's while it puts its sockets there, and then master exits without a word.
    files.make_directory(layout.queue / "private", mode=0o700, owner="postfix", group="root")


def _certificates(instance: Instance) -> None:
    layout = instance.layout
    authority = Authority(layout.tls)
    authority.make(instance.settings.hostname)
    if not instance.own_authority or (layout.tls / "host.key").exists():
        return
    addresses = [str(a) for a in instance.settings.listen.addresses if str(a) != "*"]
    certificate, key = authority.sign_host(instance.settings.hostname, addresses)
    files.write(layout.tls / "host.crt", certificate, mode=0o644)
    # The key comes last: where it exists, the pair is complete.
    files.write(layout.tls / "host.key", key, mode=0o600)


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

"""What all engines' renderings start from, and what two of them must agree on."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from carteiro.settings.layout import Layout
from carteiro.settings.schema import Settings
from carteiro.stack.facts import Facts, Versions
from carteiro.stack.lookups import Lookups
from carteiro.stack.tree import Check, File, Probe, Service

AUTH_SOCKET = "private/auth"
LMTP_SOCKET = "private/dovecot-lmtp"
QUOTA_SOCKET = "private/quota-status"
EVERYWHERE = "*"


@dataclass(frozen=True)
class Part:
    """One engine's share of a stack."""

    files: tuple[File, ...]
    services: tuple[Service, ...]
    checks: tuple[Check, ...] = ()
    probes: tuple[Probe, ...] = ()


@dataclass(frozen=True)
class Model:
    """The arguments of a rendering, and what follows from them for more than one engine."""

    settings: Settings
    layout: Layout
    facts: Facts
    versions: Versions
    lookups: Lookups
    secrets: Mapping[str, str]

    @property
    def everywhere(self) -> bool:
        """Whether services listen on all addresses of the machine."""
        return EVERYWHERE in self.settings.listen.addresses

    @property
    def probe_host(self) -> str:
        """The address at which this machine reaches its own services."""
        return "127.0.0.1" if self.everywhere else str(self.settings.listen.addresses[0])

    @property
    def reinject_host(self) -> str:
        """Where Sieve's own messages come in."""
        return self.settings.listen.internal

    @property
    def certificate(self) -> Path:
        """The host's certificate chain, PEM."""
        return Path(self.settings.tls.certificate or self.layout.tls / "host.crt")

    @property
    def key(self) -> Path:
        """The key of the host's certificate, PEM."""
        return Path(self.settings.tls.key or self.layout.tls / "host.key")

    @property
    def reinject_secrets(self) -> Path:
        """Where the client certificate is that Sieve sends with (client.crt, client.key), and `fingerprints`."""
        return self.layout.secrets / "reinject"

    @property
    def token_keys(self) -> Path:
        """The public keys of our own tokens; a key's file is `default/ES256/KID` below (PEM)."""
        return self.layout.secrets / "tokens" / "public"

    def probe(self, kind: str, port: int) -> tuple[Probe, ...]:
        """A probe of a listener; none where the listener is off."""
        return (Probe(kind, self.probe_host, port),) if port else ()

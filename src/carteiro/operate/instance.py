"""One mail host: its layout and settings, what it is made of, and how it is made."""

import ipaddress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from carteiro.clients.endpoint import Endpoint
from carteiro.directory import queries
from carteiro.host import facts, program, versions
from carteiro.settings import load
from carteiro.settings.layout import Layout
from carteiro.settings.schema import Settings
from carteiro.stack.facts import Facts, Versions
from carteiro.stack.tree import Stack
from carteiro.words import N_, Fault


@dataclass(frozen=True)
class Instance:
    """An instance that exists: where it is and what its owner set."""

    layout: Layout
    settings: Settings
    nameservers: tuple[str, ...] = ()  # instead of the machine's

    @classmethod
    def open(cls, layout: Layout) -> "Instance":
        """Read the settings of an instance. Raises Fault if there is none or they are wrong."""
        if not layout.settings_file.exists():
            raise Fault(
                N_("There is no Carteiro instance in {directory}."),
                N_("Make a trial with ./up, a real one with `carteiro install`, or name one with --instance."),
                code="not_found",
                directory=layout.config,
            )
        return cls(layout, load.load(layout))

    @property
    def certificate_file(self) -> Path:
        """The certificate that mail clients see."""
        return _below(self.layout.config, self.settings.tls.certificate) or self.layout.tls / "host.crt"

    @property
    def own_authority(self) -> bool:
        """Whether the certificate comes from the instance's private authority."""
        return not self.settings.tls.certificate

    @cached_property
    def facts(self) -> Facts:
        """What the machine says of itself."""
        set_here = tuple(str(address) for address in self.settings.dns.nameservers)
        nameservers = set_here or self.nameservers or facts.nameservers()
        return Facts(
            nameservers=nameservers,
            # Only what a resolver on this machine says of validation is believed: the flag of a distant one could be
            # forged on the way (RFC 7672, section 2.1.1). Postfix then uses DANE answer by answer.
            resolver_validates=all(ipaddress.ip_address(address).is_loopback for address in nameservers),
            ipv6=facts.ipv6(),
            python=program.python(self.layout),
        )

    @cached_property
    def versions(self) -> Versions:
        """The engines that are installed."""
        return Versions(
            debian=versions.debian(), postfix=versions.postfix(), dovecot=versions.dovecot(), nginx=versions.nginx()
        )

    @cached_property
    def stack(self) -> Stack:
        """The engines' configuration, services, checks and probes as the settings want them now."""
        # Most commands render nothing, and need not wait for what does.
        from carteiro.stack.build import build

        return build(self.settings, self.layout, self.facts, self.versions, queries.lookups(), secrets=self._secrets())

    def _secrets(self) -> dict[str, str]:
        name = self.settings.outgoing.password_file
        if not name:
            return {}
        file = _below(self.layout.config, name)
        try:
            return {"outgoing_password": (file or Path(name)).read_text().strip()}
        except OSError as error:
            raise Fault(
                N_("The password file {file} of [outgoing] can't be read: {reason}."),
                N_("Put the smarthost's password there, readable by root alone."),
                file=file,
                reason=error.strerror,
            ) from error

    @property
    def panel(self) -> str:
        """The address of the panel, for people; it ends with a slash."""
        port = self.settings.listen.https
        return f"https://{self.settings.hostname}/" if port == 443 else f"https://{self.settings.hostname}:{port}/"

    def address(self) -> str:
        """An address at which this machine reaches the instance's listeners."""
        first = str(self.settings.listen.addresses[0])
        return {"*": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(first, first)

    def endpoint(self, port: int) -> Endpoint:
        """A listener of this instance, trusted as its clients would."""
        return Endpoint(self.address(), port, self.settings.hostname, self.layout.tls / "ca.crt")


def _below(directory: Path, name: str) -> Path | None:
    return directory / name if name else None

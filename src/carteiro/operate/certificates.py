"""The instance's private authority and the certificates that it signs, and when any certificate ends.

The private authority serves a trial, and a new host until it has a public certificate; it also signs the client
certificate with which Dovecot's Sieve hands mail back to Postfix.
"""

import datetime
import hashlib
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from carteiro.host import files
from carteiro.words import N_, Fault

AUTHORITY_DAYS = 3650
# Apple's and Chromium's limit for certificates that they still accept from a private authority.
HOST_DAYS = 825
RENEWAL_DAYS = 30
_EARLIER_NAMES = 4


@dataclass(frozen=True)
class Authority:
    """A private certificate authority: `NAME.crt` (public) and `NAME.key` (root's) in one directory."""

    directory: Path

    @property
    def certificate_file(self) -> Path:
        """What clients must trust."""
        return self.directory / "ca.crt"

    @property
    def key_file(self) -> Path:
        """What signs; readable by root alone."""
        return self.directory / "ca.key"

    def make(self, name: str) -> None:
        """Make the authority unless there is one."""
        if self.certificate_file.exists() and self.key_file.exists():
            return
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(f"{name} private authority")
        certificate = (
            _builder(subject, subject, key.public_key(), AUTHORITY_DAYS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        files.write(self.key_file, _private_pem(key), mode=0o600)
        files.write(self.certificate_file, _pem(certificate), mode=0o644)

    def sign_host(self, hostnames: list[str], addresses: list[str], key: bytes = b"") -> tuple[bytes, bytes]:
        """A certificate for a server by its names and its key, both PEM; for the key of an earlier one, if given."""
        names: list[x509.GeneralName] = [x509.DNSName(name) for name in hostnames]
        names += [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
        return self._sign(hostnames[0], ExtendedKeyUsageOID.SERVER_AUTH, names, HOST_DAYS, key)

    def sign_client(self, name: str) -> tuple[bytes, bytes]:
        """A certificate for a client and its key, both PEM."""
        return self._sign(name, ExtendedKeyUsageOID.CLIENT_AUTH, [x509.DNSName(name)], AUTHORITY_DAYS)

    def _sign(
        self, name: str, use: x509.ObjectIdentifier, names: list[x509.GeneralName], days: int, earlier: bytes = b""
    ) -> tuple[bytes, bytes]:
        authority = x509.load_pem_x509_certificate(self.certificate_file.read_bytes())
        signer = _private_key(self.key_file.read_bytes())
        key = _private_key(earlier) if earlier else ec.generate_private_key(ec.SECP256R1())
        certificate = (
            _builder(_name(name), authority.subject, key.public_key(), days)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
            .sign(signer, hashes.SHA256())
        )
        return _pem(certificate), _private_pem(key)


@dataclass(frozen=True)
class HostPair:
    """What the authority signed for the host: `host.crt` and `host.key` in its directory."""

    authority: Authority

    @property
    def _certificate_file(self) -> Path:
        return self.authority.directory / "host.crt"

    @property
    def _key_file(self) -> Path:
        return self.authority.directory / "host.key"

    def serves(self, hostname: str) -> bool:
        """Whether the pair is there, is for that name, and goes on for more than RENEWAL_DAYS.

        One that somebody else signed is its owner's, who put it there.
        """
        certificate = self._certificate()
        if certificate is None or not self._key_file.exists():
            return False
        if certificate.issuer != x509.load_pem_x509_certificate(self.authority.certificate_file.read_bytes()).subject:
            return True
        left = certificate.not_valid_after_utc - datetime.datetime.now(datetime.UTC)
        return hostname in _names(certificate) and left.days > RENEWAL_DAYS

    def sign(self, hostname: str, addresses: list[str]) -> None:
        """Make the pair, or only another certificate for the key that is there, which fits at every moment.

        It is for the names of the one before too: what runs may have one of those until the settings are applied, or
        after a rollback.
        """
        certificate = self._certificate()
        earlier = [] if certificate is None else [name for name in _names(certificate) if name != hostname]
        kept = self._key_file.read_bytes() if certificate is not None and self._key_file.exists() else b""
        signed, key = self.authority.sign_host([hostname, *earlier[:_EARLIER_NAMES]], addresses, kept)
        files.write(self._certificate_file, signed, mode=0o644)
        if not kept:
            # The key comes last: where it exists, the pair is complete.
            files.write(self._key_file, key, mode=0o600)

    def _certificate(self) -> x509.Certificate | None:
        try:
            return x509.load_pem_x509_certificate(self._certificate_file.read_bytes())
        except (OSError, ValueError):
            return None


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    return extension.value.get_values_for_type(x509.DNSName)


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of a PEM certificate in Postfix's spelling: pairs with colons (smtpd_tls_fingerprint_digest)."""
    encoded = x509.load_pem_x509_certificate(certificate).public_bytes(serialization.Encoding.DER)
    digest = hashlib.sha256(encoded).hexdigest().upper()
    return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))


def expiry(certificate_file: Path) -> datetime.datetime:
    """When the first certificate in the file ends (UTC)."""
    try:
        return x509.load_pem_x509_certificate(certificate_file.read_bytes()).not_valid_after_utc
    except (OSError, ValueError) as error:
        raise Fault(
            N_("The certificate {file} can't be read: {reason}."),
            N_("Put a PEM certificate there, or correct [tls] in the settings."),
            file=certificate_file,
            reason=error,
        ) from error


def _private_key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem, password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101 - we made it
    return key


def _name(common_name: str) -> x509.Name:
    # RFC 5280 allows 64 characters in a common name; the full name stands in subjectAltName.
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # An hour back: a client whose clock is late must not find it "not yet valid".
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=days))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )

"""The private authority and what it signs, as a TLS client sees them."""

import datetime
import hashlib
import socket
import ssl
import stat
import threading
from pathlib import Path

import pytest

from carteiro.operate import certificates
from carteiro.operate.certificates import Authority, HostPair, expiry, fingerprint
from carteiro.words import Fault


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    made = Authority(tmp_path)
    made.make("mail.example.org")
    return made


def test_a_client_that_trusts_the_authority_trusts_the_host(authority: Authority) -> None:
    assert handshake(authority, "mail.example.org") == "TLSv1.3"


def test_another_name_is_not_trusted(authority: Authority) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(authority, "other.example.org")


def test_a_client_certificate_is_no_server_certificate(authority: Authority) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(authority, "client.example.org", pair=authority.sign_client("client.example.org"))


def test_keys_are_roots_alone(authority: Authority) -> None:
    assert stat.S_IMODE(authority.key_file.stat().st_mode) == 0o600


def test_making_the_authority_again_keeps_it(authority: Authority) -> None:
    before = authority.certificate_file.read_bytes()
    authority.make("mail.example.org")
    assert authority.certificate_file.read_bytes() == before


def test_the_fingerprint_is_what_openssl_prints(authority: Authority) -> None:
    certificate, _ = authority.sign_client("reinject.invalid")
    der = ssl.PEM_cert_to_DER_cert(certificate.decode())
    pairs = fingerprint(certificate).split(":")
    assert len(pairs) == 32
    assert bytes.fromhex("".join(pairs)) == hashlib.sha256(der).digest()


def test_a_host_pair_is_for_its_name_and_renewed_for_the_same_key(authority: Authority, tmp_path: Path) -> None:
    pair = HostPair(authority)
    assert not pair.serves("mail.example.org")
    pair.sign("mail.example.org", ["127.0.0.1"])
    key = (tmp_path / "host.key").read_bytes()
    assert pair.serves("mail.example.org")
    assert not pair.serves("mx.example.org")
    pair.sign("mx.example.org", [])
    assert pair.serves("mx.example.org")
    assert (tmp_path / "host.key").read_bytes() == key
    both = (tmp_path / "host.crt").read_bytes(), key
    assert handshake(authority, "mx.example.org", pair=both) == "TLSv1.3"
    # What ran under the name before goes on until the settings are applied.
    assert handshake(authority, "mail.example.org", pair=both) == "TLSv1.3"


def test_a_certificate_that_somebody_put_there_is_left_to_them(authority: Authority, tmp_path: Path) -> None:
    other = Authority(tmp_path / "other")
    other.directory.mkdir()
    other.make("somebody else")
    certificate, key = other.sign_host(["*.example.org"], [])
    (tmp_path / "host.crt").write_bytes(certificate)
    (tmp_path / "host.key").write_bytes(key)
    assert HostPair(authority).serves("mail.example.org")


@pytest.mark.parametrize(("days", "serves"), [(29, False), (32, True)])
def test_a_host_pair_is_renewed_before_its_end(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, serves: bool
) -> None:
    monkeypatch.setattr(certificates, "HOST_DAYS", days)
    pair = HostPair(authority)
    pair.sign("mail.example.org", [])
    assert pair.serves("mail.example.org") is serves


@pytest.mark.parametrize("content", [b"", b"nothing of the kind"])
def test_a_certificate_that_can_not_be_read_serves_nobody(authority: Authority, tmp_path: Path, content: bytes) -> None:
    pair = HostPair(authority)
    pair.sign("mail.example.org", [])
    (tmp_path / "host.crt").write_bytes(content)
    assert not pair.serves("mail.example.org")


def test_a_host_certificate_ends_within_what_clients_accept(authority: Authority, tmp_path: Path) -> None:
    certificate, _ = authority.sign_host(["mail.example.org"], [])
    file = tmp_path / "host.crt"
    file.write_bytes(certificate)
    assert expiry(file) - datetime.datetime.now(datetime.UTC) < datetime.timedelta(days=826)


def test_a_file_that_is_no_certificate_is_named(tmp_path: Path) -> None:
    file = tmp_path / "host.crt"
    file.write_text("nothing of the kind")
    with pytest.raises(Fault, match=r"host\.crt"):
        expiry(file)


def handshake(authority: Authority, name: str, pair: tuple[bytes, bytes] | None = None) -> str | None:
    """Connect to a server that shows a certificate of the authority; gives the protocol that was agreed on."""
    certificate, key = pair or authority.sign_host(["mail.example.org"], ["127.0.0.1"])
    files = authority.directory / "shown.crt", authority.directory / "shown.key"
    for file, content in zip(files, (certificate, key), strict=True):
        file.write_bytes(content)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(*files)
    client = ssl.create_default_context(cafile=str(authority.certificate_file))
    left, right = socket.socketpair()
    with left, right:
        thread = threading.Thread(target=_serve, args=(server, left))
        thread.start()
        try:
            with client.wrap_socket(right, server_hostname=name) as secured:
                return secured.version()
        finally:
            right.close()
            thread.join()


def _serve(context: ssl.SSLContext, connection: socket.socket) -> None:
    try:
        context.wrap_socket(connection, server_side=True).close()
    except OSError:
        return

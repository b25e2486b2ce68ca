"""The line believes no county whose certificate nobody vouches for."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sync.transport import Line, LineError


def _certificate(folder: Path) -> Path:
    """A certificate that its holder signed himself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    own = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "county.pem"
    path.write_bytes(own + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[tuple[str, list[bytes]]]:
    """The address of a county that signed its certificate itself, and what it heard in clear."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(tmp_path))
    heard: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        raw, _ = listening.accept()
        with raw:
            try:
                with context.wrap_socket(raw, server_side=True) as line:
                    heard.append(line.recv(1000))
            except OSError as error:  # the other end gave up, as it must
                heard.append(type(error).__name__.encode())

    thread = threading.Thread(target=answer)
    thread.start()
    yield f"https://127.0.0.1:{listening.getsockname()[1]}", heard
    thread.join(5)
    listening.close()


def test_a_certificate_nobody_vouches_for_is_no_line(stranger: tuple[str, list[bytes]]) -> None:
    url, heard = stranger
    with Line(url, 5) as line, pytest.raises(LineError) as no:
        line.post("/sync/v1/exchange", b"secret")
    assert no.value.code == "no-line"
    assert not any(b"secret" in said or b"POST" in said for said in heard)

"""Calls to a machine that the operator named: encrypted ones prove its name, and every one has an end."""

import ssl
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from portal.foundation.outside import calling
from portal.foundation.outside.calling import MOST_BYTES, NotReached, call
from tests.conftest import NOON


class Kept(BaseHTTPRequestHandler):
    """Answers what its address says."""

    def do_GET(self) -> None:
        size = int(self.path.strip("/") or 0)
        self.send_response(200)
        self.send_header("Content-Length", str(size))
        self.end_headers()
        self.wfile.write(b"x" * min(size, MOST_BYTES + 2))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(400)
        self.end_headers()
        self.wfile.write(body + self.headers["X-Own"].encode())

    def log_message(self, *_given: object) -> None:
        pass


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Certificate and key of 127.0.0.1, which nobody vouches for."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOON - timedelta(days=3650))
        .not_valid_after(NOON + timedelta(days=3650))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + made.public_bytes(Encoding.PEM))
    return file


@pytest.fixture
def server(certificate: Path) -> Iterator[int]:
    """The port of a machine that speaks TLS alone."""
    made = HTTPServer(("127.0.0.1", 0), Kept)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    made.socket = context.wrap_socket(made.socket, server_side=True)
    Thread(target=made.serve_forever, args=(0.05,), daemon=True).start()
    yield made.server_port
    made.shutdown()
    made.server_close()


def test_a_machine_whose_certificate_somebody_vouches_for_is_called(server, certificate):
    trust = ssl.create_default_context(cafile=str(certificate))
    assert call(f"https://127.0.0.1:{server}/5", trust=trust).body == b"xxxxx"
    told = call(f"https://127.0.0.1:{server}/", body=b"a=b", headers={"X-Own": "!"}, trust=trust)
    assert (told.status, told.body) == (400, b"a=b!")


def test_a_certificate_that_nobody_vouches_for_and_another_name_end_the_call(server, certificate):
    with pytest.raises(NotReached, match="SSLCertVerificationError"):
        call(f"https://127.0.0.1:{server}/5")
    with pytest.raises(NotReached, match="SSLCertVerificationError"):
        call(f"https://localhost:{server}/5", trust=ssl.create_default_context(cafile=str(certificate)))


def test_what_is_too_large_is_not_taken(server, certificate):
    trust = ssl.create_default_context(cafile=str(certificate))
    with pytest.raises(NotReached, match="too large"):
        call(f"https://127.0.0.1:{server}/{MOST_BYTES + 1}", trust=trust)
    assert len(call(f"https://127.0.0.1:{server}/{MOST_BYTES}", trust=trust).body) == MOST_BYTES


@pytest.mark.parametrize(
    "url", ["https://nobody.invalid/", "https://127.0.0.1:99999/", "https://[::1/", "https:///", "https://127.0.0.1:1/"]
)
def test_what_is_not_there_is_not_reached(url, monkeypatch):
    monkeypatch.setattr(calling, "SECONDS", 1.0)
    with pytest.raises(NotReached):
        call(url)

"""Outboxes with mails in them, and the portal on a mail server."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask

from portal.foundation import clock
from portal.foundation.config import CONFIG
from portal.foundation.database import db, transaction
from portal.notifications.actions import notify
from portal.notifications.models import DeliveryAttempt, Notification
from tests.notifications.mail_server import MailServer, mail_server

ANNA, BERND = "anna@example.org", "bernd@example.org"


@pytest.fixture
def server() -> Iterator[tuple[MailServer, int]]:
    """A mail server that takes everything, and its port."""
    with mail_server() as (handler, port):
        yield handler, port


@pytest.fixture
def mailing_app(app: Flask, server: tuple[MailServer, int]) -> Flask:
    """The portal that sends its mails to that server."""
    return to_server(app, server[1])


def to_server(app: Flask, port: int, query: str = "") -> Flask:
    """The same portal with MAIL_URL set."""
    config = CONFIG.of(app)
    CONFIG.put(app, type(config)(**{**vars(config), "mail_url": f"smtp://127.0.0.1:{port}{query}"}))
    return app


def announce(app: Flask, to: str = ANNA, *, kind: str = "notification_test", stamp: str = "", **values: object) -> int:
    """The number of a new mail in the outbox."""
    given = {"is_confirmed": True, "payload": {}, "language": "de", "thread": "", "now": clock.now()} | values
    with app.app_context():
        with transaction():
            notify(kind, to=to, about=("question", 1), stamp=stamp or f"{to}-{_count()}", **given)
        return db.session.query(Notification.id).order_by(Notification.id.desc()).limit(1).scalar()


def mail_row(app: Flask, number: int) -> Notification:
    """One mail of the outbox as it is now."""
    with app.app_context():
        return db.session.get_one(Notification, number)


def attempts(app: Flask, number: int) -> list[str]:
    """How every try to send it ended."""
    with app.app_context():
        rows = db.session.query(DeliveryAttempt).filter_by(notification_id=number).order_by(DeliveryAttempt.id)
        return [row.outcome for row in rows]


@pytest.fixture
def later() -> Iterator[Callable[[timedelta], datetime]]:
    """Moves the held clock forward."""
    moved = []

    def move(span: timedelta) -> datetime:
        holder = clock.frozen(clock.now() + span)
        holder.__enter__()
        moved.append(holder)
        return clock.now()

    yield move
    for holder in reversed(moved):
        holder.__exit__(None, None, None)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of a mail server on this machine, in one file; nobody vouches for it but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail server of a test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "server.pem"
    plain = serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def _count() -> int:
    return db.session.query(Notification).count()

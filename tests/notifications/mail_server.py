"""Real mail servers for tests: one that can be told how to answer, and one that only holds the line."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Event, Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


@dataclass
class Arrived:
    """One mail as it reached the server."""

    sender: str
    recipients: list[str]
    raw: bytes
    message: EmailMessage = field(init=False)

    def __post_init__(self) -> None:
        self.message = message_from_bytes(self.raw, policy=default)

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])


class MailServer:
    """Takes mails over SMTP; `answers` and `refusals` are used up one by one, then everything is taken.

    `cuts` connections are cut after the text; `hidden` is an ability that it does not speak of.
    """

    def __init__(self) -> None:
        self.arrived: list[Arrived] = []
        self.greeted_by: list[str] = []
        self.answers: list[str] = []
        self.refusals: list[str] = []
        self.cuts = 0
        self.hidden = ""

    @property
    def message_ids(self) -> list[str]:
        return [mail.message_id for mail in self.arrived]

    async def handle_EHLO(self, _server: Any, session: Any, _envelope: Any, host: str, answers: list[str]) -> list[str]:
        self.greeted_by.append(host)
        session.host_name = host
        return [answer for answer in answers if not self.hidden or self.hidden not in answer]

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        if self.answers:
            return self.answers.pop(0)
        self.arrived.append(Arrived((envelope.mail_from or "").strip("<>"), list(envelope.rcpt_tos), envelope.content))
        if self.cuts:
            self.cuts -= 1
            server.transport.abort()
        return "250 2.0.0 taken over as 4711"


@contextmanager
def mail_server(port: int = 0, **options: Any) -> Iterator[tuple[MailServer, int]]:
    """A server on this machine and its port; `options` are those of aiosmtpd's Controller."""
    handler = MailServer()
    controller = Controller(handler, hostname="127.0.0.1", port=port or free_port(), **options)
    controller.start()
    try:
        yield handler, controller.port
    finally:
        controller.stop()


@contextmanager
def line_holder(answers: bytes = b"") -> Iterator[int]:
    """The port of a server that says this after the connection and then nothing more, letter by letter."""
    ended = Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=_hold, args=(listening, answers, ended), daemon=True).start()
        yield listening.getsockname()[1]
        ended.set()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def password_checker(user: str, password: str) -> Any:
    """Who may sign in at the server."""

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: LoginPassword) -> AuthResult:
        is_right = (given.login, given.password) == (user.encode(), password.encode())
        return AuthResult(success=is_right, handled=False)

    return check


def server_context(certificate: str) -> ssl.SSLContext:
    """What a server with that certificate needs; key and certificate stand in one file."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def _hold(listening: socket.socket, answers: bytes, ended: Event) -> None:
    held = []
    with suppress(OSError):
        while not ended.is_set():
            connection, _address = listening.accept()
            held.append(connection)
            for letter in answers:
                connection.send(bytes([letter]))
                if ended.wait(0.2):
                    break

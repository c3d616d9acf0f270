"""Mails to a mail server by SMTP: verified TLS, and a limit to every wait (DR-05)."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.policy import SMTP
from threading import Timer
from typing import Any

from portal.foundation.crash import crash_point
from portal.foundation.settings.mail_url import MailServer
from portal.notifications.channels.envelope import DeliveryError, Envelope, Failure

_READY, _DONE, _FORWARDED = 220, 250, 251
_FIRST_FINAL = 500


@dataclass(frozen=True)
class Patience:
    """Seconds that may pass until there is a connection, until a command is answered, and in all (DR-05)."""

    connect: float = 10.0
    command: float = 30.0
    total: float = 120.0


class Smtp:
    """One connection for each mail, so that no mail suffers from another; `host` is the name we greet with."""

    def __init__(self, server: MailServer, *, host: str, patience: Patience | None = None) -> None:
        self._server, self._host, self._patience = server, host, patience or Patience()
        self._context = ssl.create_default_context(cafile=server.authority or None)

    def __str__(self) -> str:
        return f"{self._server.host}:{self._server.port}"

    def send(self, envelope: Envelope) -> str:
        """Hand over one mail; the server's last word. DeliveryError tells whether and what to try again."""
        connection = self._prepared()
        with _deadline(connection, self._patience.total):
            try:
                self._open(connection)
                crash_point("mail_connected")
                return _hand_over(connection, envelope)
            finally:
                _leave(connection)

    def _prepared(self) -> smtplib.SMTP:
        # Without a host nothing is connected yet; with a name of our own nobody is asked for it.
        if self._server.is_implicit_tls:
            return _SafeConnection(local_hostname=self._host, timeout=self._patience.connect, context=self._context)
        return _Connection(local_hostname=self._host, timeout=self._patience.connect)

    def _open(self, connection: smtplib.SMTP) -> None:
        """Greeting, encryption, signing in; whatever fails here is no mail's fault."""
        try:
            connection._host = self._server.host  # type: ignore[attr-defined]  # the name that TLS verifies
            code, words = connection.connect(self._server.host, self._server.port)
            if code != _READY:
                raise DeliveryError(_said(code, words), Failure.UNREACHABLE)
            assert connection.sock is not None  # noqa: S101  (connect raises without one)
            connection.sock.settimeout(self._patience.command)
            if self._server.starts_tls:
                connection.starttls(context=self._context)
            connection.ehlo_or_helo_if_needed()
            if self._server.user:
                connection.login(self._server.user, self._server.password)
        except smtplib.SMTPResponseException as error:
            raise DeliveryError(_said(error.smtp_code, error.smtp_error), Failure.UNREACHABLE) from error
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise DeliveryError(_named(error), Failure.UNREACHABLE) from error


class _Mixin:
    """Knows a place to die between the last line of a mail and the server's word on it."""

    def send(self, s: Any) -> None:
        super().send(s)  # type: ignore[misc]
        if isinstance(s, bytes) and s.endswith(b"\r\n.\r\n"):
            crash_point("mail_data_sent")


class _Connection(_Mixin, smtplib.SMTP):
    pass


class _SafeConnection(_Mixin, smtplib.SMTP_SSL):
    pass


def _hand_over(connection: smtplib.SMTP, envelope: Envelope) -> str:
    """Sender, recipient, text; 4xx and a lost connection are for later, 5xx is final."""
    options, policy = [], SMTP
    if not envelope.recipient.isascii():
        if not connection.has_extn("smtputf8"):
            raise DeliveryError("The server takes no addresses with such letters.", Failure.FINAL)
        options, policy = ["SMTPUTF8"], policy.clone(utf8=True)
    if connection.has_extn("8bitmime"):
        options.append("BODY=8BITMIME")
    else:
        policy = policy.clone(cte_type="7bit")
    if "SMTPUTF8" in options:
        connection.command_encoding = "utf-8"
    whole = envelope.message.as_bytes(policy=policy)
    try:
        _require(connection.mail(envelope.sender, options))
        _require(connection.rcpt(envelope.recipient))
        return _require(connection.data(whole))
    except smtplib.SMTPResponseException as error:
        return _require((error.smtp_code, error.smtp_error))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise DeliveryError(_named(error)) from error


def _require(answer: tuple[int, Any]) -> str:
    """The server's words when it agreed."""
    code, words = answer
    if code not in (_DONE, _FORWARDED):
        raise DeliveryError(_said(code, words), Failure.FINAL if code >= _FIRST_FINAL else Failure.LATER)
    return _said(code, words)


@contextmanager
def _deadline(connection: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """Cut the connection when all of it together takes too long: a server may answer one letter a minute."""
    timer = Timer(seconds, lambda: _cut(connection))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(connection: smtplib.SMTP) -> None:
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]


def _leave(connection: smtplib.SMTP) -> None:
    """Say goodbye without waiting long: what the server took over is taken over."""
    with suppress(OSError, smtplib.SMTPException, AttributeError):
        if connection.sock:
            connection.sock.settimeout(2.0)
            connection.quit()
    connection.close()


def _said(code: int, words: Any) -> str:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return f"{code} {' '.join(said.split())}"


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"

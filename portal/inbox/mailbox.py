"""A mailbox on a mail server, by IMAP (RFC 9051): opened to be looked at, nothing in it is changed or removed."""

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import Timer
from typing import Any

from portal.foundation.settings.mail_url import MailServer

# Until there is a connection or a word of an answer; for everything that is done on one connection.
_WORD_SECONDS, _ALL_SECONDS = 20.0, 300.0
_CUT_BOTH_WAYS = 2
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,10})")
_DATE = re.compile(rb'INTERNALDATE "([^"]{20,30})"')


class MailboxFailed(Exception):
    """The mailbox cannot be read now; the words are fit for a log."""


class NotGiven(Exception):
    """The server would not give this one mail."""


class Mailbox:
    """An open mailbox. Numbers (UID) rise and are never given anew while `validity` stays the same."""

    def __init__(self, connection: imaplib.IMAP4, folder: str) -> None:
        self._connection = connection
        # Examined, not selected: whoever reads the mailbox beside us finds everything as it was.
        self._ask(connection.select, f'"{folder}"', readonly=True)
        self.validity, self.next_uid = (self._told(name) for name in ("UIDVALIDITY", "UIDNEXT"))

    def above(self, uid: int, since: datetime | None = None) -> Sequence[int]:
        """The numbers of mails above that one, in order; with `since` only of those that came on that day or later."""
        wanted = [f"UID {uid + 1}:*", *([f"SINCE {since:%d-%b-%Y}"] if since else [])]
        (found,) = self._ask(self._connection.uid, "SEARCH", *wanted) or [b""]
        # The highest mail is always found, also when its number is lower.
        return sorted(each for each in map(int, (found or b"").split()) if each > uid)

    def size_and_date(self, uid: int) -> tuple[int, datetime | None] | None:
        """How large a mail is and when it came there; None when it is gone."""
        said = self._fetched(uid, "(RFC822.SIZE INTERNALDATE)")
        found = b" ".join(each if isinstance(each, bytes) else each[0] for each in said)
        size, date = _SIZE.search(found), _DATE.search(found)
        if size is None:
            return None
        return int(size[1]), _moment(date[1].decode("ascii", "replace").strip()) if date else None

    def whole(self, uid: int) -> bytes | None:
        """A mail as it came; None when it is gone."""
        return self._content(uid, "(BODY.PEEK[])")

    def head(self, uid: int) -> bytes | None:
        """Only its head."""
        return self._content(uid, "(BODY.PEEK[HEADER])")

    def _content(self, uid: int, what: str) -> bytes | None:
        parts = (each[1] for each in self._fetched(uid, what) if isinstance(each, tuple))
        return next((bytes(each) for each in parts), None)

    def _fetched(self, uid: int, what: str) -> list[Any]:
        try:
            return [each for each in self._ask(self._connection.uid, "FETCH", str(uid), what) if each]
        except _Refused as error:
            raise NotGiven from error

    def _told(self, name: str) -> int:
        """A number that the server said when the mailbox was opened."""
        _kind, found = self._connection.response(name)
        if not found or not found[0] or not found[0].isdigit():
            raise MailboxFailed(f"the server does not say {name}")
        return int(found[0])

    def _ask(self, command: Any, *words: str, **more: Any) -> list[Any]:
        kind, answer = command(*words, **more)
        if kind != "OK":
            raise _Refused(_said(answer))
        return list(answer)


class _Refused(MailboxFailed):
    """The server says no to one command."""


@contextmanager
def open_mailbox(server: MailServer, folder: str) -> Iterator[Mailbox]:
    """The mailbox while the block runs; MailboxFailed for whatever goes wrong on the way to it or back."""
    try:
        connection = _connected(server)
        timer = Timer(_ALL_SECONDS, lambda: _cut(connection))
        timer.daemon = True
        timer.start()
        try:
            _sign_in(connection, server)
            yield Mailbox(connection, folder)
        finally:
            timer.cancel()
            _leave(connection)
    except imaplib.IMAP4.error as error:
        raise MailboxFailed(_said([str(error)])) from error
    except (OSError, ValueError) as error:
        raise MailboxFailed(f"{type(error).__name__}: {error}"[:200]) from error


def _connected(server: MailServer) -> imaplib.IMAP4:
    context = ssl.create_default_context(cafile=server.authority or None)
    if server.is_implicit_tls:
        return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context, timeout=_WORD_SECONDS)
    connection = imaplib.IMAP4(server.host, server.port, timeout=_WORD_SECONDS)
    if server.starts_tls:
        connection.starttls(ssl_context=context)
    return connection


def _sign_in(connection: imaplib.IMAP4, server: MailServer) -> None:
    if server.user.isascii() and server.password.isascii():
        connection.login(server.user, server.password)
    else:
        connection.authenticate("PLAIN", lambda _: f"\0{server.user}\0{server.password}".encode())


def _cut(connection: imaplib.IMAP4) -> None:
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(_CUT_BOTH_WAYS)


def _leave(connection: imaplib.IMAP4) -> None:
    with suppress(OSError, imaplib.IMAP4.error):
        connection.logout()


def _said(answer: Sequence[Any]) -> str:
    words = (each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each) for each in answer)
    return " ".join(" ".join(words).split())[:200]


def _moment(written: str) -> datetime | None:
    try:
        return datetime.strptime(written, "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
    except ValueError:
        return None

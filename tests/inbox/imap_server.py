"""A mail server for tests whose mailbox is read by IMAP; it can be told to break off, refuse, and number anew."""

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Thread

USER, PASSWORD = "hilfe@talwind.example", "geheim"


@dataclass
class Kept:
    """One mail of the mailbox."""

    raw: bytes
    came: datetime


@dataclass
class ImapServer:
    """`mails` by their number; `cuts` answers are broken off in the middle; `withheld` numbers are refused."""

    mails: dict[int, Kept] = field(default_factory=dict)
    validity: int = 7
    next_uid: int = 1
    cuts: int = 0
    withheld: set[int] = field(default_factory=set)
    sizes: dict[int, int] = field(default_factory=dict)
    refuses_password: bool = False
    is_silent: bool = False
    commands: list[str] = field(default_factory=list)
    context: ssl.SSLContext | None = None

    def put(self, raw: bytes, came: datetime | None = None) -> int:
        """A mail comes in; its number."""
        uid, self.next_uid = self.next_uid, self.next_uid + 1
        self.mails[uid] = Kept(raw, came or datetime(2026, 12, 16, 9, 59, tzinfo=UTC))
        return uid

    def number_anew(self) -> None:
        """Every mail gets another number."""
        mails = list(self.mails.values())
        self.mails = {uid: mail for uid, mail in enumerate(mails, start=1)}
        self.validity, self.next_uid = self.validity + 1, len(mails) + 1

    def serve(self, line: socket.socket) -> None:
        with suppress(OSError, ConnectionError), line:
            if self.context is not None:
                line = self.context.wrap_socket(line, server_side=True)
            line.sendall(b"* OK ready\r\n")
            for written in line.makefile("rb"):
                if self.is_silent:
                    continue
                tag, _, rest = written.decode().strip().partition(" ")
                self.commands.append(rest)
                if not self._answer(line, tag, rest):
                    return

    def _answer(self, line: socket.socket, tag: str, asked: str) -> bool:
        verb, end = asked.split(maxsplit=1)[0].upper(), "OK done"
        if verb == "CAPABILITY":
            line.sendall(b"* CAPABILITY IMAP4rev1\r\n")
        elif verb == "LOGIN":
            is_right = not self.refuses_password and asked.endswith(f'"{PASSWORD}"')
            end = "OK in" if is_right else "NO [AUTHENTICATIONFAILED] wrong password"
        elif verb == "EXAMINE":
            codes = (f"UIDVALIDITY {self.validity}", f"UIDNEXT {self.next_uid}")
            line.sendall(f"* {len(self.mails)} EXISTS\r\n".encode())
            line.sendall("".join(f"* OK [{each}]\r\n" for each in codes).encode())
        elif verb == "UID" and asked.split()[1] == "SEARCH":
            self._search(line, asked)
        elif verb == "UID":
            end = self._fetch(line, asked)
        elif verb == "LOGOUT":
            line.sendall(b"* BYE\r\n")
        else:
            end = "BAD what"
        if end == "cut":
            return False
        line.sendall(f"{tag} {end}\r\n".encode())
        return verb != "LOGOUT"

    def _search(self, line: socket.socket, asked: str) -> None:
        first = int(re.search(r"UID (\d+):", asked)[1])
        since = re.search(r"SINCE (\S+)", asked)
        day = datetime.strptime(since[1], "%d-%b-%Y").replace(tzinfo=UTC) if since else datetime.min.replace(tzinfo=UTC)
        found = [uid for uid, mail in self.mails.items() if uid >= first and mail.came >= day]
        # As RFC 9051 has it: * is the highest number there is, also where it is below the first.
        if not found and self.mails and since is None:
            found = [max(self.mails)]
        line.sendall(f"* SEARCH {' '.join(map(str, found))}\r\n".encode())

    def _fetch(self, line: socket.socket, asked: str) -> str:
        uid, what = int(asked.split()[2]), asked.split("(", 1)[1]
        mail = self.mails.get(uid)
        if uid in self.withheld:
            return "NO not this one"
        if mail is None:
            return "OK gone"
        if "SIZE" in what:
            size, came = self.sizes.get(uid, len(mail.raw)), f"{mail.came:%d-%b-%Y %H:%M:%S +0000}"
            line.sendall(f'* {uid} FETCH (UID {uid} RFC822.SIZE {size} INTERNALDATE "{came}")\r\n'.encode())
            return "OK done"
        raw = mail.raw.split(b"\n\n")[0] + b"\n\n" if "HEADER" in what else mail.raw
        line.sendall(f"* {uid} FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode())
        if self.cuts:
            self.cuts -= 1
            line.sendall(raw[: len(raw) // 2])
            return "cut"
        line.sendall(raw + b")\r\n")
        return "OK done"


@contextmanager
def imap_server(context: ssl.SSLContext | None = None) -> Iterator[tuple[ImapServer, int]]:
    """A server on this machine and its port."""
    server = ImapServer(context=context)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=_take, args=(server, listening), daemon=True).start()
        yield server, listening.getsockname()[1]


def _take(server: ImapServer, listening: socket.socket) -> None:
    with suppress(OSError):
        while True:
            line, _address = listening.accept()
            Thread(target=server.serve, args=(line,), daemon=True).start()

"""People who call the portal over HTTP: each looks at every answer, and writes down what must not be in it."""

import http.client
import re
import secrets
import time
from dataclasses import dataclass
from email.message import Message
from random import Random
from urllib.parse import urlencode, urlsplit

from tests.attachments.files import PDF
from tests.faults.ledger import Ledger
from tests.journeys.conftest import Server
from tests.questions.asking import TYPED

NEW = "/de/questions/new"
RECEIPT = re.compile(r"/de/questions/([A-Z]\d\d-\d{5}-\d)/receipt")
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"[^>]* value="([^"]*)"')
INTERNAL = re.compile(r"Traceback|sqlite3?\.|psycopg|SELECT .* FROM|INSERT INTO|/portal/|site-packages")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Message
    text: str

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")


class Caller:
    """Somebody at an address of their own, who keeps cookies and complains in a ledger."""

    def __init__(self, server: Server, ledger: Ledger, *, cookies: dict[str, str] | None = None) -> None:
        self._where, self._ledger, self._chance = urlsplit(server.origin), ledger, Random(secrets.randbits(64))
        self.cookies = dict(cookies or {})

    def get(self, path: str, *, seconds: float = 40.0) -> Answer:
        """The answer to a look; OSError or HTTPException when nobody answers."""
        return self._asked(("GET", path), None, {}, seconds=seconds)

    def post(self, path: str, fields: dict[str, str], *files: tuple[str, str, bytes], seconds: float = 60.0) -> Answer:
        """The answer to a form, with files as (field, name, content)."""
        if not files:
            body, head = urlencode(fields).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
        else:
            body, head = _multipart(fields, files)
        return self._asked(("POST", path), body, head, seconds=seconds, typed=fields.get("body", ""))

    def _asked(
        self, what: tuple[str, str], body: bytes | None, head: dict[str, str], *, seconds: float, typed: str = ""
    ) -> Answer:
        line = http.client.HTTPConnection(self._where.hostname, self._where.port, timeout=seconds)
        numbers = ".".join(str(self._chance.randint(1, 254)) for _ in range(3))
        head |= {"Accept": "text/html", "Accept-Language": "de", "X-Forwarded-For": f"10.{numbers}"}
        if self.cookies:
            head["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            line.request(*what, body, head)
            given = line.getresponse()
            answer = Answer(given.status, given.headers, given.read().decode(errors="replace"))
        finally:
            line.close()
        for cookie in answer.headers.get_all("Set-Cookie", ()):
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        self._look(" ".join(what).partition("?")[0], answer, typed)
        return answer

    def _look(self, what: str, answer: Answer, typed: str) -> None:
        """I8 and I9: an error is a page of ours with a number, without internals, and gives back what was typed."""
        if answer.status < 400:
            return
        if answer.status == 500:
            self._ledger.complain(f"I8: {what} gave 500")
        is_ours = answer.headers.get("X-Request-Id") and "default-src 'none'" in answer.headers.get(
            "Content-Security-Policy", ""
        )
        if not is_ours or (found := INTERNAL.search(answer.text)):
            self._ledger.complain(f"I8: {what} gave {answer.status} {'without our head' if not is_ours else found}")
        if typed and typed not in answer.text:
            self._ledger.complain(f"I9: {what} gave {answer.status} without the typed text")


@dataclass
class Asked:
    """A question on its way: the same form, sent as often as it takes."""

    fields: dict[str, str]
    file: bytes = b""
    number: str = ""

    @property
    def body(self) -> str:
        return self.fields["body"]


class Asker(Caller):
    """Asks; what was not acknowledged is sent again with the same form, as people do."""

    def __init__(self, server: Server, ledger: Ledger, form: dict[str, str]) -> None:
        super().__init__(server, ledger)
        self._form = form

    def begins(self, *, with_file: bool = False) -> Asked:
        """A form filled in with words that nobody else has."""
        stamp = secrets.token_urlsafe(32)
        own = {"stamp": stamp, "email": f"anna-{stamp[:10].lower().replace('_', 'x')}@example.org"}
        own |= {"subject": f"Frage {stamp}", "body": f"Abends ist kein Netz da. Kennwort {stamp}"}
        return Asked(self._form | own, PDF + f"% {stamp}\n".encode() if with_file else b"")

    def sends(self, asked: Asked, *, seconds: float = 60.0) -> int:
        """The status of one try; the number that it was given stands in the ledger. 0 when nobody answered."""
        files = [("attachments", "Rechnung.pdf", asked.file)] if asked.file else []
        try:
            answer = self.post(NEW, asked.fields, *files, seconds=seconds)
        except (OSError, http.client.HTTPException):
            return 0
        found = RECEIPT.search(answer.location) if answer.status == 303 else None
        if found:
            asked.number = found[1]
            self._ledger.note(found[1], asked.body, *([asked.file] if asked.file else []))
        return answer.status

    def until_acknowledged(self, asked: Asked, *, seconds: float = 90.0) -> None:
        """Again and again; AssertionError when nobody takes it for so long."""
        end = time.monotonic() + seconds
        while not asked.number:
            assert time.monotonic() < end, f"not taken within {seconds:.0f} s"
            self.sends(asked)
            if not asked.number:
                time.sleep(0.3)

    def replies(self, asked: Asked) -> int:
        """The status of a further message to the own question."""
        page = self.get(f"/de/questions/{asked.number}")
        fields = dict(HIDDEN.findall(page.text)) | {"body": f"Noch etwas zu {asked.number}.", "is_complete": "yes"}
        return self.post(f"/de/questions/{asked.number}/messages", fields).status


def open_form(server: Server) -> dict[str, str]:
    """What a browser with script sends, from a form that was opened long enough ago."""
    _, page = server.get(NEW)
    time.sleep(2.5)
    return dict(HIDDEN.findall(page)) | TYPED | {"is_checked": "yes", "is_complete": "yes"}


def _multipart(fields: dict[str, str], files: tuple[tuple[str, str, bytes], ...]) -> tuple[bytes, dict[str, str]]:
    parts = [(f'name="{name}"', "", value.encode()) for name, value in fields.items() if name != "is_complete"]
    parts += [(f'name="{name}"; filename="{file}"', "", content) for name, file, content in files]
    parts += [('name="is_complete"', "", b"yes")]
    whole = b"".join(
        b"--rand\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + content + b"\r\n"
        for head, _, content in parts
    )
    return whole + b"--rand--\r\n", {"Content-Type": "multipart/form-data; boundary=rand"}

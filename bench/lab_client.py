"""Those who use the portal in the lab: a program of its own, because it lives in the namespace of the hall.

`python -m bench.lab_client load STOP CALLERS` works until the file STOP is there and prints its ledger as JSON;
`limits ADDRESS,ADDRESS CALLS` asks machines in turn; `sign-in ADDRESS` prints a cookie; `get ADDRESS PATH COOKIE`;
`upload ADDRESS` prints where the picture lies; `bucket ADDRESS` makes one.
"""

import http.client
import itertools
import json
import re
import ssl
import struct
import sys
import threading
import time
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

FRONT, HOST, ALONE = "10.88.0.1", "help.example.org", "10.88.1.39"
VOTE = urlencode({"verdict": "yes", "is_complete": "yes"})
_trusting = ssl.create_default_context()
_trusting.check_hostname, _trusting.verify_mode = False, ssl.CERT_NONE
_FORM = "application/x-www-form-urlencoded"


def ask(where: str, method: str, path: str, *, source: str = ALONE, body: str | bytes | None = None, **more: str):
    """Status, headers and content; through nginx, or of a machine as nginx would ask it.

    Without a source, from an address that no caller under load has: limits of theirs are not its own.
    """
    if where == FRONT:
        line: http.client.HTTPConnection = http.client.HTTPSConnection(
            FRONT, 443, timeout=60, source_address=(source, 0), context=_trusting
        )
    else:
        line = http.client.HTTPConnection(where, 8000, timeout=60, source_address=(source, 0))
    head = {"Host": HOST, "X-Forwarded-For": source, "Origin": f"https://{HOST}"}
    head |= {"Content-Type": _FORM} if body else {}
    try:
        line.request(method, path, body, head | {name.replace("_", "-"): value for name, value in more.items()})
        answer = line.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        line.close()


def parts(fields: dict[str, str], name: str, content: bytes) -> tuple[bytes, str]:
    """A form with a file, and its type."""
    lines = [
        f'--xx\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields.items()
    ]
    head = f'--xx\r\nContent-Disposition: form-data; name="attachments"; filename="{name}"\r\n\r\n'
    last = '\r\n--xx\r\nContent-Disposition: form-data; name="is_complete"\r\n\r\nyes\r\n--xx--\r\n'
    return "".join(lines).encode() + head.encode() + content + last.encode(), "multipart/form-data; boundary=xx"


def dots() -> bytes:
    """A small PNG."""
    rows = b"".join(b"\0" + bytes((x * 4) % 256 for x in range(192)) for _ in range(64))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def sign_in(where: str) -> str:
    """Anna's cookie."""
    path = "/de/account/sign-in"
    page = ask(where, "GET", path)[2].decode()
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    typed = {"email": "anna@example.org", "password": "lange-wiesen-am-see-7", "is_complete": "yes"}
    status, headers, _ = ask(where, "POST", path, body=urlencode(hidden | typed))
    assert status == 303, status
    return "; ".join(each.partition(";")[0] for each in headers.get_all("Set-Cookie") or ())


class Load:
    """Callers who read, search, vote, upload and look at their account, each from an address of their own."""

    def __init__(self, stop: Path) -> None:
        self._stop, self._lock, self._numbers = stop, threading.Lock(), itertools.count()
        self.kept: dict[str, Any] = {"votes": 0, "uploads": 0, "reads": 0, "refused": 0, "failed": [], "longest": 0.0}
        self._cookie = sign_in(FRONT)

    def run(self, callers: int) -> dict:
        """Until the file is there; the ledger."""
        people = [threading.Thread(target=self._live, args=(f"10.88.1.{each + 1}",)) for each in range(callers)]
        for each in people:
            each.start()
        for each in people:
            each.join()
        return self.kept

    def _live(self, source: str) -> None:
        while not self._stop.exists():
            kind, begun = self._next(), time.monotonic()
            try:
                status, _, content = self._does(kind, source)
                found = self._judged(kind, status, content)
            except OSError as error:
                found = f"{kind}: {type(error).__name__}"
            with self._lock:
                self.kept["longest"] = max(self.kept["longest"], round(time.monotonic() - begun, 2))
                if found in self.kept:
                    self.kept[found] += 1
                else:
                    self.kept["failed"].append(found)
            time.sleep(0.4)

    def _next(self) -> str:
        with self._lock:
            return ("votes", "article", "uploads", "account", "article", "search")[next(self._numbers) % 6]

    def _does(self, kind: str, source: str):
        if kind == "votes":
            return ask(FRONT, "POST", "/de/feedback/121", source=source, body=VOTE)
        if kind == "uploads":
            body, form = parts({}, "notiz.txt", b"Die Lampe blinkt.\n")
            return ask(FRONT, "POST", "/de/questions/uploads", source=source, body=body, Content_Type=form)
        if kind == "account":
            return ask(FRONT, "GET", "/de/account/overview", source=source, Cookie=self._cookie)
        return ask(
            FRONT,
            "GET",
            "/de/search?q=router" if kind == "search" else "/de/faq/rechnung/rechnung-finden",
            source=source,
        )

    def _judged(self, kind: str, status: int, content: bytes) -> str:
        if status == 429:
            return "refused"
        if kind == "votes":
            return "votes" if status == 303 else f"vote: {status}"
        if kind == "uploads":
            return "uploads" if status == 200 and b'name="uploads"' in content else f"upload: {status}"
        return "reads" if status == 200 else f"{kind}: {status}"


def upload(where: str) -> str:
    """Where the picture of a fresh upload is seen."""
    body, form = parts({}, "punkte.png", dots())
    status, _, content = ask(where, "POST", "/de/questions/uploads", body=body, Content_Type=form)
    found = re.search(r'src="(/de/questions/uploads/[^"]+)"', content.decode())
    assert status == 200 and found, (status, content[:500])
    return found.group(1)


def bucket(where: str) -> int:
    """Make one in the object storage of the hall."""
    line = http.client.HTTPConnection(where, 9000, timeout=10)
    line.request("PUT", "/portal", b"")
    return line.getresponse().status


def main(kind: str, *given: str) -> object:
    """What this kind of caller has to say."""
    if kind == "load":
        return Load(Path(given[0])).run(int(given[1]))
    if kind == "limits":
        machines = given[0].split(",")
        path = "/de/search/suggestions?q=rechnung"
        return [ask(machines[each % len(machines)], "GET", path)[0] for each in range(int(given[1]))]
    if kind == "get":
        status, _, content = ask(given[0], "GET", given[1], **({"Cookie": given[2]} if given[2:] else {}))
        return [status, len(content)]
    return {"sign-in": sign_in, "upload": upload, "bucket": bucket}[kind](given[0])


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))

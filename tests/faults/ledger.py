"""What a client writes down for itself: every number it was given, and what it had sent under it."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import create_engine, text

ROWS = """
SELECT q.number, m.id, m.body FROM questions q JOIN messages m ON m.question_id = q.id
WHERE m.author = 'customer' ORDER BY q.id, m.id
"""
FILES = "SELECT owner_id, sha256 FROM attachments WHERE owner_type = 'message'"


def sha256(content: str | bytes) -> str:
    """The hash by which client and portal are compared; a text counts with its lines as the portal keeps them."""
    raw = content.replace("\r\n", "\n").encode() if isinstance(content, str) else content
    return hashlib.sha256(raw).hexdigest()


@dataclass(frozen=True)
class Sent:
    """One question as its sender remembers it."""

    body: str
    files: frozenset[str] = frozenset()


@dataclass
class Ledger:
    """Numbers that somebody was shown; several may write in it at one moment."""

    given: dict[str, Sent] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def note(self, number: str, body: str, *files: bytes) -> None:
        """Somebody was shown that number for that text and these files."""
        sent = Sent(sha256(body), frozenset(map(sha256, files)))
        with self._lock:
            if self.given.setdefault(number, sent) != sent:
                self.complaints.append(f"{number} was given for two texts")

    def complain(self, sentence: str) -> None:
        """Something that must not happen was seen."""
        with self._lock:
            self.complaints.append(sentence)

    def faults(self, url: str) -> Iterator[str]:
        """I1 and I2 against the database at that address: what is lost, changed, doubled or out of order."""
        yield from self.complaints
        bodies, files = _kept(url)
        for number, sent in self.given.items():
            found = bodies.get(number, [])
            if not found:
                yield f"I1: {number} was given and is not there"
            elif sent.body not in [sha256(body) for _, body in found]:
                yield f"I1: {number} has another text"
            elif not sent.files <= {each for message, _ in found for each in files.get(message, ())}:
                yield f"I1: {number} lacks a file"
        for year in {number.split("-")[0] for number in bodies}:
            running = [number.split("-")[1] for number in bodies if number.startswith(year)]
            if running != sorted(set(running)):
                yield f"I2: numbers of {year} do not ascend"
        doubled = [body for body, times in Counter(found[0][1] for found in bodies.values()).items() if times > 1]
        if doubled:
            yield f"{len(doubled)} texts became two questions"


def _kept(url: str) -> tuple[dict[str, list[tuple[int, str]]], dict[int, set[str]]]:
    engine = create_engine(url)
    bodies: dict[str, list[tuple[int, str]]] = {}
    files: dict[int, set[str]] = {}
    with engine.connect() as connection:
        for number, message, body in connection.execute(text(ROWS)):
            bodies.setdefault(number, []).append((message, body))
        for message, checksum in connection.execute(text(FILES)):
            files.setdefault(message, set()).add(checksum)
    engine.dispose()
    return bodies, files

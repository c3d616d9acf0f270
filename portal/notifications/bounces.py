"""Mails that come back: what servers report later about a mail that they had taken over (RFC 3464).

Anybody can write such a report. Believed is only that one mail of ours could not be delivered, and ours is known by its
Message-ID, which nobody has seen but its reader and the servers on the way. Whoever forges a report can make us try
another way for a mail of their own, and nothing else. Nothing is ever answered.
"""

import mailbox
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser, HeaderParser
from pathlib import Path

from portal.foundation.security import clean_text

# Reports begin with what they say; the mail that comes back stands at their end and may be cut.
LARGEST = 256 * 1024
# A report has three parts; a hostile mail may have any number.
_MOST_PARTS = 60
_OURS = re.compile(r"<([0-9a-f]{32})@[^<>\s]{1,255}>")
_DETAIL_LIMIT = 300


@dataclass(frozen=True)
class Bounce:
    """One mail of ours could not be delivered; `detail` is what the server said."""

    message_id: str
    detail: str


def read_bounce(raw: bytes) -> Bounce | None:
    """What a report says about a mail of ours; None for every other mail, however odd it is."""
    raw = raw[:LARGEST]
    if raw.count(b"\n--") > _MOST_PARTS:
        return None
    try:
        return _bounce_in(BytesParser().parsebytes(raw))
    except Exception:
        # The parser of the standard library has its own ways to stumble over what strangers write.
        return None


def mails_in(path: Path) -> Iterator[bytes]:
    """Every mail of a Maildir, of an mbox file or of a folder of files, without changing anything."""
    if is_maildir(path):
        names = [each for part in ("new", "cur") for each in sorted((path / part).iterdir())]
        yield from (_begin(each) for each in names if each.is_file())
    elif path.is_dir():
        yield from (_begin(each) for each in sorted(path.iterdir()) if each.is_file())
    else:
        box = mailbox.mbox(path, create=False)
        yield from (box.get_bytes(key)[:LARGEST] for key in box.iterkeys())


def is_maildir(path: Path) -> bool:
    """Whether it is one."""
    return (path / "new").is_dir() and (path / "cur").is_dir()


def new_in(maildir: Path, limit: int) -> list[Path]:
    """Mails of a Maildir that nobody has read, some of them."""
    found = []
    for each in (maildir / "new").iterdir():
        if each.is_file():
            found.append(each)
        if len(found) == limit:
            break
    return found


def read_new(path: Path) -> bytes | None:
    """One of them; None when somebody else was faster."""
    with suppress(FileNotFoundError):
        return _begin(path)
    return None


def put_aside(path: Path) -> None:
    """It was read: Maildir keeps it in `cur` with the mark S."""
    with suppress(FileNotFoundError):
        path.rename(path.parent.parent / "cur" / f"{path.name.partition(':2,')[0]}:2,S")


def _begin(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST)


def _bounce_in(report: Message) -> Bounce | None:
    kind = str(report.get_param("report-type") or "").lower()
    if report.get_content_type() != "multipart/report" or kind != "delivery-status":
        return None
    parts = [each for each in report.get_payload() if isinstance(each, Message)]
    status = next((each for each in parts if each.get_content_type() == "message/delivery-status"), None)
    message_id = next(filter(None, map(_message_id, parts)), "")
    blocks = status.get_payload() if status is not None else ()
    failed = [each for each in blocks if isinstance(each, Message) and _is_failure(each)]
    return Bounce(message_id, _detail(failed[0])) if failed and message_id else None


def _is_failure(block: Message) -> bool:
    """For good: reports that a mail is late, was relayed or has arrived are no reason to do anything."""
    return str(block.get("Action", "")).strip().lower() == "failed"


def _detail(block: Message) -> str:
    said = " ".join(str(block.get(name, "")) for name in ("Status", "Diagnostic-Code"))
    return " ".join(clean_text(said).split())[:_DETAIL_LIMIT] or "returned"


def _message_id(part: Message) -> str:
    """The Message-ID of the mail that comes back, whole or only its head."""
    original: Message | None = None
    if part.get_content_type() == "message/rfc822" and part.is_multipart():
        original = part.get_payload(0)  # type: ignore[assignment]
    elif part.get_content_type() == "text/rfc822-headers":
        whole = part.get_payload(decode=True)
        original = HeaderParser().parsestr(whole.decode("utf-8", "replace")) if isinstance(whole, bytes) else None
    found = _OURS.fullmatch(str(original.get("Message-ID", "")).strip()) if original is not None else None
    return found[1] if found else ""

"""What the child process says of a mail, taken over: plain text without what no keyboard makes, files as bytes."""

import json
from dataclasses import dataclass
from typing import Any

from portal.foundation.addresses import is_address, normalised
from portal.foundation.outside.bounded import Bounds, run_bounded
from portal.foundation.security import clean_text, typed_text
from portal.inbox.rules.judging import Head

_MODULE = "portal.inbox.reading.child"
_BOUNDS = Bounds(growth=512 * 1024 * 1024, seconds=30)
_LENGTH = 4
LONGEST_SUBJECT, LONGEST_NAME = 1000, 100


@dataclass(frozen=True)
class MailFile:
    """A file of a mail, as its writer calls it."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """A mail that was taken apart: `text` is what is new, `quoted` the older mail below it, `lines` the whole head.

    `left_out` is how many parts were too many to be taken.
    """

    head: Head
    name: str = ""
    subject: str = ""
    message_id: str = ""
    language: str = ""
    lines: str = ""
    text: str = ""
    quoted: str = ""
    left_out: int = 0
    files: tuple[MailFile, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to answer."""
        return not (self.text or self.quoted or self.subject or self.files)


def read_mail(raw: bytes, *, sender: str | None = None, recipients: tuple[str, ...] = ()) -> Mail | None:
    """The mail; None when it cannot be read with the means that a child has.

    `sender` and `recipients` are those of the envelope, where somebody knows them; else the head says them.
    """
    child = run_bounded(_MODULE, raw, _BOUNDS)
    if child is None or child.status != 0 or len(child.written) < _LENGTH:
        return None
    length = int.from_bytes(child.written[:_LENGTH], "big")
    found: dict[str, Any] = json.loads(child.written[_LENGTH : _LENGTH + length])
    head = Head(
        senders=tuple(_address(each) for each in found["senders"]),
        from_lines=found["from_lines"],
        is_from_plain=found["is_from_plain"],
        envelope_sender=found["return_path"] if sender is None else sender,
        auto_submitted=found["auto_submitted"],
        precedence=found["precedence"],
        has_list=found["has_list"],
        is_report=found["is_report"],
        delivered=tuple(each.lower() for each in recipients) or tuple(found["delivered"]),
        addressed=tuple(found["addressed"]),
        results=tuple(found["results"]),
    )
    return Mail(
        head,
        name=typed_text(found["sender_name"], is_line=True)[:LONGEST_NAME].replace("\n", " "),
        subject=" ".join(typed_text(found["subject"], is_line=True).split())[:LONGEST_SUBJECT],
        message_id=clean_text(found["message_id"])[:250],
        language=found["language"][:2].lower(),
        lines=clean_text(found["head"]),
        text=typed_text(found["text"]),
        quoted=typed_text(found["quoted"]),
        left_out=found["left_out"],
        files=_files(found["files"], child.written[_LENGTH + length :]),
    )


def _address(written: str) -> str:
    """In the spelling that is kept; what is no address is nobody."""
    return normalised(written) if is_address(written) else ""


def _files(told: list[dict[str, Any]], content: bytes) -> tuple[MailFile, ...]:
    files, at = [], 0
    for each in told:
        files.append(MailFile(clean_text(each["name"]), each["type"], content[at : at + each["size"]]))
        at += each["size"]
    return tuple(files)

"""The head of a mail as plain values; whatever stands in it, every value is a text."""

from collections.abc import Iterator
from email.errors import ObsoleteHeaderDefect
from email.header import decode_header, make_header
from email.message import Message
from email.policy import default
from itertools import islice
from typing import Any

_LONGEST = 20_000
_MOST_SHOWN = 16 * 1024
_MOST_LINES = 50
# In which servers write down whom the envelope named; only the uppermost is theirs for sure.
_DELIVERED = ("Delivered-To", "X-Original-To", "Envelope-To")


def head_of(mail: Message) -> dict[str, Any]:
    """What the rules ask of a head, and what people read of it."""
    froms = _values(mail, "From")
    people = [each for value in froms for each in _people(value)]
    return {
        "senders": [address for _name, address in people],
        "from_lines": len(froms),
        "is_from_plain": all(len(line) <= _LONGEST for line in _lines(mail, "From")) and all(map(_is_plain, froms)),
        "sender_name": people[0][0] if people else "",
        "return_path": next((each.strip().strip("<>") for each in _values(mail, "Return-Path")), None),
        "subject": text_of(_first(mail, "Subject")),
        "message_id": _first(mail, "Message-ID"),
        "auto_submitted": _first(mail, "Auto-Submitted"),
        "precedence": _first(mail, "Precedence"),
        "has_list": "List-Id" in mail,
        "is_report": _is_report(mail),
        "delivered": [_first(mail, name).strip().strip("<>").lower() for name in _DELIVERED if name in mail],
        "addressed": [address for name in ("To", "Cc") for line in _values(mail, name) for _, address in _people(line)],
        "results": _values(mail, "Authentication-Results"),
        "language": _first(mail, "Content-Language"),
    }


def head_lines(raw: bytes) -> str:
    """The head as it came, for people who look closely."""
    end = min((at for at in (raw.find(b"\n\n"), raw.find(b"\r\n\r\n")) if at >= 0), default=len(raw))
    return _decoded_bytes(raw[: min(end, _MOST_SHOWN)]).replace("\r\n", "\n")


def text_of(value: str) -> str:
    """A line of the head in plain letters, whatever it was encoded in."""
    plain = _decoded_bytes(" ".join(value.splitlines()).encode("utf-8", "surrogateescape"))
    try:
        return str(make_header(decode_header(plain)))
    except Exception:  # what cannot be decoded is shown as it came
        return plain


def _is_report(mail: Message) -> bool:
    """Whether a mail server reports what became of a mail (RFC 3464)."""
    kind = str(mail.get_param("report-type") or "").lower()
    return mail.get_content_type() == "multipart/report" and kind == "delivery-status"


def _first(mail: Message, wanted: str) -> str:
    return next(iter(_values(mail, wanted)), "")


def _values(mail: Message, wanted: str) -> list[str]:
    """Every line of that name, uppermost first, as it came: what is encoded in it is no syntax."""
    whole = (" ".join(line[:_LONGEST].splitlines()) for line in _lines(mail, wanted))
    return [_decoded_bytes(line.encode("utf-8", "surrogateescape")) for line in whole]


def _lines(mail: Message, wanted: str) -> Iterator[str]:
    return islice((str(value) for name, value in mail.raw_items() if name.lower() == wanted.lower()), _MOST_LINES)


def _is_plain(line: str) -> bool:
    """Whether every reader finds the same people in it: nothing has to be guessed, and nobody is named as a group."""
    try:
        read = default.header_factory("From", line)
    except Exception:
        return False
    # What is merely old-fashioned, such as a dot in a name, is read alike by everybody.
    wrong = [each for each in read.defects if not isinstance(each, ObsoleteHeaderDefect)]
    return not wrong and all(group.display_name is None for group in read.groups)


def _people(line: str) -> Iterator[tuple[str, str]]:
    """Name and address of everybody a line names."""
    try:
        found = default.header_factory("To", line).addresses
    except Exception:  # a line that cannot be read names nobody
        return
    for each in found[:_MOST_LINES]:
        yield each.display_name, each.addr_spec.lower()


def _decoded_bytes(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")

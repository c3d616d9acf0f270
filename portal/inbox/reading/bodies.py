"""Text and files of a mail: what its parts are for, in letters we can keep."""

import mimetypes
from email.message import Message
from typing import NamedTuple

from portal.inbox.reading.heads import text_of
from portal.inbox.reading.html_text import text_of_html

MOST_PARTS = 200
MOST_FILES = 20
_DEEPEST = 8
# They say who signed, not what was said.
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")


class File(NamedTuple):
    """A file of a mail; what it is named and called there."""

    name: str
    kind: str
    content: bytes


class Body:
    """Takes the parts of a mail one after the other; `left_out` counts parts that were too many."""

    def __init__(self) -> None:
        self.files: list[File] = []
        self.left_out = 0
        self._texts: list[str] = []
        self._parts = 0

    @property
    def text(self) -> str:
        """Everything that is to be read, in the order of the mail."""
        return "\n\n".join(each for each in self._texts if each.strip()).replace("\x00", "")

    def take(self, part: Message, depth: int = 0) -> None:
        """A part and everything in it."""
        self._parts += 1
        if self._parts > MOST_PARTS or depth > _DEEPEST:
            self.left_out += 1
        elif part.get_content_type() == "message/rfc822":
            self._take_mail(part, depth)
        elif part.is_multipart():
            for each in _chosen(part):
                self.take(each, depth + 1)
        elif part.get_content_type() in ("text/plain", "text/html") and not _is_file(part):
            self._texts.append(_words(part))
        elif part.get_content_type() not in _SIGNATURES:
            self._add_file(_file_name(part, len(self.files) + 1), part.get_content_type(), _bytes(part))

    def _take_mail(self, part: Message, depth: int) -> None:
        """A mail that was forwarded as a file: its words become a text file, its files are files like the others."""
        inner = part.get_payload()
        mail = inner[0] if isinstance(inner, list) and inner and isinstance(inner[0], Message) else None
        if mail is None:
            self.left_out += 1
            return
        own = Body()
        own.files, own._parts = self.files, self._parts
        own.take(mail, depth + 1)
        self._parts, self.left_out = own._parts, self.left_out + own.left_out
        head = [f"{name}: {text_of(str(mail[name]))}" for name in ("From", "To", "Date", "Subject") if mail[name]]
        self._add_file(f"mail-{len(self.files) + 1}.txt", "text/plain", "\n".join([*head, "", own.text]).encode())

    def _add_file(self, name: str, kind: str, content: bytes) -> None:
        if len(self.files) < MOST_FILES:
            self.files.append(File(name, kind, content))
        else:
            self.left_out += 1


def _chosen(part: Message) -> list[Message]:
    """The parts of a part that are to be read: of several ways to say the same, the plainest."""
    inner = part.get_payload()
    parts = [each for each in inner if isinstance(each, Message)] if isinstance(inner, list) else []
    if part.get_content_type() != "multipart/alternative":
        return parts
    plain = [each for each in parts if each.get_content_type() == "text/plain" and _words(each).strip()]
    rich = [each for each in parts if each.get_content_type() in ("text/html", "multipart/related", "multipart/mixed")]
    others = [each for each in parts if each.get_content_type() == "text/calendar"]
    # The pictures of a text lie beside its other way to be said.
    pictures = [each for one in rich if one.is_multipart() for each in _chosen(one) if _is_picture(each)]
    return [*plain[:1], *pictures, *others] if plain else [*rich[-1:], *others]


def _is_picture(part: Message) -> bool:
    return part.get_content_maintype() == "image"


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _file_name(part: Message, number: int) -> str:
    name = text_of(part.get_filename() or "")
    return name or f"file-{number}{mimetypes.guess_extension(part.get_content_type()) or ''}"


def _words(part: Message) -> str:
    text = _decoded(_bytes(part), part.get_content_charset() or "")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if part.get_content_type() == "text/html":
        return text_of_html(text)
    return _unfolded(text, joins=part.get_param("delsp") == "yes") if part.get_param("format") == "flowed" else text


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _decoded(content: bytes, charset: str) -> str:
    """Letters in the encoding that is named, else in one that fits; never an error."""
    for encoding in (charset, "utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except (LookupError, UnicodeError, ValueError):
            continue
    return content.decode("latin-1")


def _unfolded(text: str, *, joins: bool) -> str:
    """Lines that a mail program broke are whole again (RFC 3676)."""
    lines: list[list[str]] = []
    is_open = False
    for line in (each.removeprefix(" ") for each in text.split("\n")):
        if is_open and not line.startswith(">"):
            lines[-1][-1] = lines[-1][-1][:-1] if joins else lines[-1][-1]
            lines[-1].append(line)
        else:
            lines.append([line])
        is_open = line.endswith(" ") and line != "-- "
    return "\n".join("".join(each) for each in lines)

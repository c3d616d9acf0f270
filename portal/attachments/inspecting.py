"""Is a file what it says it is? Looks at name, declared type and content; unpacks nothing (specs: SR-27)."""

import codecs
import io
import re
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

from portal.attachments.kinds import BY_ENDING, KINDS, UNKNOWN_TYPES, Kind, allowed_endings
from portal.attachments.rules import MOST_BYTES, Incoming, Reason, cleaned_name, ending

_HEAD = 16
_CHUNK = 64 * 1024
# The list of what is in an office file; a real one has some dozen entries.
_LONGEST_LIST = 512 * 1024
_LONGEST_INNER = 256 * 1024
# The two ways in which office files are packed: of any other the reader unpacks at once whatever there is.
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffe\uffff]")


class Refused(Exception):
    """A file is not taken, for this reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Seen:
    """A file that is what it says: its cleaned name, its kind, its size in bytes."""

    name: str
    kind: Kind
    size: int


def inspect(incoming: Incoming) -> Seen:
    """What a file is; Refused when ending, declared type and content do not agree, or it is too small or too large."""
    name = cleaned_name(incoming.name)
    kind = BY_ENDING.get(ending(name))
    if kind is None or ending(name) not in allowed_endings():
        raise Refused(Reason.TYPE)
    size = incoming.file.seek(0, io.SEEK_END)
    if size == 0:
        raise Refused(Reason.EMPTY)
    if size > MOST_BYTES:
        raise Refused(Reason.LARGE)
    if not (_is_declared(kind, incoming.declared) and _is_content(kind, incoming.file)):
        raise Refused(Reason.CONTENT)
    incoming.file.seek(0)
    return Seen(name, kind, size)


def _is_declared(kind: Kind, declared: str) -> bool:
    said = declared.split(";", maxsplit=1)[0].strip().lower()
    return said in UNKNOWN_TYPES or said == kind.media_type or said in kind.declared


def _is_content(kind: Kind, file: BinaryIO) -> bool:
    file.seek(0)
    head = file.read(_HEAD)
    if kind.is_text:
        return not _is_other_kind(head) and _is_text(file)
    return _has_signature(kind, head) and (kind.inner is None or _is_office_file(file, *kind.inner))


def _has_signature(kind: Kind, head: bytes) -> bool:
    if not head.startswith(kind.starts):
        return False
    return kind.later is None or head[kind.later[0] :].startswith(kind.later[1])


def _is_other_kind(head: bytes) -> bool:
    return any(kind.starts and _has_signature(kind, head) for kind in KINDS)


def _is_text(file: BinaryIO) -> bool:
    """UTF-8, UTF-16 with its mark, or what German spreadsheets write; without what no text has."""
    file.seek(0)
    mark = file.read(2)
    encodings = ("utf-16",) if mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else ("utf-8", "cp1252")
    return any(_reads_as(encoding, file) for encoding in encodings)


def _reads_as(encoding: str, file: BinaryIO) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(_CHUNK):
            if _NO_TEXT.search(decoder.decode(chunk)):
                return False
        return not _NO_TEXT.search(decoder.decode(b"", final=True))
    except UnicodeDecodeError:
        return False


def _is_office_file(file: BinaryIO, entry: str, words: bytes) -> bool:
    """Whether a zip's entry says so. Only the list of entries and that one entry are read, both up to a limit."""
    try:
        with zipfile.ZipFile(_Sparing(file)) as archive:
            names = [each.filename.lower() for each in archive.infolist()]
            if any(name.endswith(("vbaproject.bin", ".exe", ".dll")) for name in names):
                return False
            if archive.getinfo(entry).compress_type not in _PACKED:
                return False
            with archive.open(entry) as inner:
                return words in inner.read(_LONGEST_INNER)
    except Exception:  # whatever a made-up archive brings the reader to: it is no office file
        return False


class _Sparing:
    """A file of which nobody takes more at once than an honest list of entries is long, whatever it announces."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        """The next piece; ValueError when it is too long."""
        piece = self._file.read(min(size, _LONGEST_LIST + 1) if size >= 0 else _LONGEST_LIST + 1)
        if len(piece) > _LONGEST_LIST:
            raise ValueError("an endless list of entries")
        return piece

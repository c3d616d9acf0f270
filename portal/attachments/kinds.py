"""The kinds of files we know: endings, types that browsers say, first bytes, what is inside."""

from dataclasses import dataclass

from flask import Flask

from portal.foundation.config import CONFIG
from portal.foundation.errors import SettingError


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    `declared` are the types a browser may say besides `media_type`; `starts` and `later` (offset, bytes) are the first
    bytes; `inner` is what an office file says of itself: its entry and the words in it.
    """

    media_type: str
    endings: tuple[str, ...]
    declared: tuple[str, ...] = ()
    starts: tuple[bytes, ...] = ()
    later: tuple[int, bytes] | None = None
    inner: tuple[str, bytes] | None = None
    is_picture: bool = False

    @property
    def is_text(self) -> bool:
        return not self.starts


_ZIP = (b"PK\x03\x04",)
_ZIPPED = ("application/zip", "application/x-zip-compressed")
_OPEN = "application/vnd.openxmlformats-officedocument."
_OASIS = "application/vnd.oasis.opendocument."


def _microsoft(ending: str, name: str, part: str) -> Kind:
    inner = ("[Content_Types].xml", f"{_OPEN}{name}.{part}.main+xml".encode())
    media_type = f"{_OPEN}{name}.{'presentation' if name == 'presentationml' else part}"
    return Kind(media_type, (ending,), _ZIPPED, _ZIP, inner=inner)


def _oasis(ending: str, name: str) -> Kind:
    return Kind(_OASIS + name, (ending,), _ZIPPED, _ZIP, inner=("mimetype", (_OASIS + name).encode()))


KINDS = (
    Kind("application/pdf", ("pdf",), ("application/x-pdf",), (b"%PDF-",)),
    Kind("image/png", ("png",), ("image/x-png",), (b"\x89PNG\r\n\x1a\n",), is_picture=True),
    Kind("image/jpeg", ("jpg", "jpeg"), ("image/jpg", "image/pjpeg"), (b"\xff\xd8\xff",), is_picture=True),
    Kind("image/webp", ("webp",), (), (b"RIFF",), (8, b"WEBP"), is_picture=True),
    Kind("image/heic", ("heic",), ("image/heif",), (b"\x00\x00\x00",), (4, b"ftyphei")),
    Kind("text/plain", ("txt", "log")),
    Kind("text/csv", ("csv",), ("text/plain", "application/csv", "application/vnd.ms-excel", "text/x-csv")),
    _microsoft("docx", "wordprocessingml", "document"),
    _microsoft("xlsx", "spreadsheetml", "sheet"),
    _microsoft("pptx", "presentationml", "presentation"),
    _oasis("odt", "text"),
    _oasis("ods", "spreadsheet"),
    _oasis("odp", "presentation"),
)
BY_ENDING = {ending: kind for kind in KINDS for ending in kind.endings}
# What a sender says who does not know better.
UNKNOWN_TYPES = ("", "application/octet-stream", "binary/octet-stream")


def set_up_kinds(app: Flask) -> None:
    """Check the setting UPLOAD_TYPES; SettingError names an ending we do not know."""
    unknown = [each for each in CONFIG.of(app).upload_types if each not in BY_ENDING]
    if unknown:
        raise SettingError(f"UPLOAD_TYPES: {unknown[0]!r} cannot be checked; write some of {', '.join(BY_ENDING)}.")


def allowed_endings() -> tuple[str, ...]:
    """The endings that this portal takes, in the order of the setting."""
    return CONFIG.here().upload_types

"""Files as pages show them: name, kind, size, and a picture where there is one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from flask_babel import format_decimal
from flask_babel import gettext as _

from portal.attachments.actions import Received
from portal.attachments.kinds import allowed_endings
from portal.attachments.models import Attachment
from portal.attachments.rules import MOST_BYTES, MOST_FILES, Scan, ending

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class ShownFile:
    """One file; `picture_url` is empty where there is no picture, `key` where no form holds it."""

    name: str
    kind: str
    size: str
    url: str = ""
    picture_url: str = ""
    width: int = 0
    height: int = 0
    key: str = ""
    is_blocked: bool = False


@dataclass(frozen=True)
class UploadsField:
    """Everything the macro `uploads_field` prints: what is held, what was refused, the limits, where files go to."""

    add_url: str
    removal_url: str
    held: list[ShownFile] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    most_files: int = MOST_FILES
    most_bytes: int = MOST_BYTES

    @property
    def hint(self) -> str:
        """The limits in words."""
        kinds = ", ".join(allowed_endings())
        return _(
            "Up to %(files)s files of %(size)s MB each: %(kinds)s.",
            files=self.most_files,
            size=self.most_bytes // _MEGABYTE,
            kinds=kinds,
        )

    @property
    def accepted(self) -> str:
        """What the browser offers when files are chosen."""
        return ",".join(f".{each}" for each in allowed_endings())


Address = Callable[[Attachment], str]


def shown_files(attachments: Iterable[Attachment], *, url: Address, picture_url: Address) -> list[ShownFile]:
    """Files of a message for the macro `attachment_list`; the two functions give the address of each."""
    return [_shown(each, url=url(each), picture_url=picture_url(each)) for each in attachments]


def held_files(received: Received, *, picture_url: Address) -> list[ShownFile]:
    """Files that a form holds, with the key of each."""
    return [
        _shown(each.attachment, picture_url=picture_url(each.attachment), key=each.key) for each in received.accepted
    ]


def kept_shown(attachments: Iterable[Attachment], *, picture_url: Address) -> list[ShownFile]:
    """Files that wait with a text of ours; the key of each is its name in addresses."""
    return [_shown(each, picture_url=picture_url(each), key=each.public_id) for each in attachments]


def local_size(size: int) -> str:
    """`340 kB` or `1,2 MB`, in the reader's way of writing numbers."""
    if size < _MEGABYTE:
        return f"{format_decimal(max(1, round(size / 1024)))} kB"
    return f"{format_decimal(round(size / _MEGABYTE, 1))} MB"


def _shown(attachment: Attachment, *, url: str = "", picture_url: str = "", key: str = "") -> ShownFile:
    return ShownFile(
        name=attachment.name,
        kind=ending(attachment.name).upper(),
        size=local_size(attachment.size),
        url=url,
        picture_url=picture_url if attachment.picture_name else "",
        width=attachment.picture_width or 0,
        height=attachment.picture_height or 0,
        key=key,
        is_blocked=attachment.scan == Scan.BLOCKED,
    )

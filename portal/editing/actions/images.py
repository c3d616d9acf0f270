"""Put a picture beside an article: checked and made anew by the rules for files that people send."""

from datetime import datetime

from flask_babel import gettext as _

from portal.attachments.inspecting import Refused, inspect
from portal.attachments.pictures import remade
from portal.attachments.rules import Incoming, Reason
from portal.attachments.words import refusal
from portal.editing.access import is_writable
from portal.editing.actions.saving import DiskSaysNo, ReadOnly
from portal.faq.library.building.layout import slug_of
from portal.faq.library.tools.writing import NotWritten, alone, write_beside
from portal.foundation.config import CONFIG
from portal.foundation.database import transaction
from portal.foundation.errors import PortalError
from portal.journal.actions import record
from portal.journal.rules import Actor

_LONGEST_STEM = 60


class NoPicture(PortalError):
    """The file is none that can be shown in an article."""

    status = 422


def add_picture(incoming: Incoming, folder: str, *, by: Actor, now: datetime) -> str:
    """The name under which the picture lies beside the articles of that folder; NoPicture with the reason."""
    if not is_writable():
        raise ReadOnly
    content, name = _made_anew(incoming)
    stem = slug_of(name.rpartition(".")[0])[:_LONGEST_STEM].strip("-") or "bild"
    try:
        with alone(CONFIG.here().data), transaction():
            written = write_beside(CONFIG.here().content, folder, stem, "webp", content)
            record("article.picture", "article", 0, by=by, at=now, file=f"{folder}/{written}")
    except NotWritten as error:
        raise DiskSaysNo(error.trouble) from error
    return written


def _made_anew(incoming: Incoming) -> tuple[bytes, str]:
    try:
        seen = inspect(incoming)
        if not seen.kind.is_picture:
            raise NoPicture(_("This is no picture. Please choose a PNG, JPEG or WebP file."))
        picture = remade(incoming.file)
    except Refused as error:
        raise NoPicture(refusal(incoming.name, error.reason).sentence) from error
    if picture is None:
        raise NoPicture(refusal(incoming.name, Reason.PIXELS).sentence)
    return picture.content, seen.name

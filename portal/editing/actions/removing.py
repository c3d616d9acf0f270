"""Remove a category in which nothing lies; what its file said stays among the versions of that name."""

from datetime import datetime

from flask_babel import gettext as _

from portal.editing.access import is_writable
from portal.editing.actions.saving import DiskSaysNo, ReadOnly, keep_found
from portal.faq.library.tools.writing import ChangedMeanwhile, NotWritten, alone, remove_folder
from portal.foundation.config import CONFIG
from portal.foundation.database import transaction
from portal.foundation.errors import PortalError
from portal.journal.actions import record
from portal.journal.rules import Actor


class NotEmpty(PortalError):
    """Something lies in the category: an article, a picture, a draft, another category."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("Nothing was removed: something lies in this category. Move it or remove it first."))


def remove_category(file: str, *, by: Actor, now: datetime) -> None:
    """The folder of this category file goes, or NotEmpty, ReadOnly and DiskSaysNo say why it stays."""
    if not is_writable():
        raise ReadOnly
    try:
        with alone(CONFIG.here().data), transaction():
            keep_found(file, now)
            record("category.removed", "category", 0, by=by, at=now, file=file)
            remove_folder(CONFIG.here().content, file)
    except ChangedMeanwhile as error:
        raise NotEmpty from error
    except NotWritten as error:
        raise DiskSaysNo(error.trouble) from error

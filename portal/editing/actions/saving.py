"""Save an article: checked as the builder checks, written whole, kept as a version, entered in the history.

The version rows and the file belong together: the file is put in its place as the last thing inside the transaction.
When the disk says no, nothing is kept; when the process dies in between, the file is there and the next one who saves
finds it on disk and keeps it as found.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from portal.editing.access import is_writable
from portal.editing.checking import tried
from portal.editing.models import ArticleVersion
from portal.editing.queries.versions import has_version
from portal.editing.rules import Kind
from portal.faq.library.faults import Fault
from portal.faq.library.tools.writing import (
    ChangedMeanwhile,
    NotWritten,
    Trouble,
    alone,
    bytes_of,
    digest_of,
    write,
    write_in_new_folder,
)
from portal.faq.origins import add_origins
from portal.foundation.config import CONFIG
from portal.foundation.database import db, transaction
from portal.foundation.errors import PortalError
from portal.journal.actions import record
from portal.journal.rules import Actor

# What is entered in the history for a saved file: number of the article, and facts.
Note = Callable[[int, dict[str, str]], None]


class TextRefused(PortalError):
    """The text has errors; `faults` name line and remedy."""

    status = 422

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(_("Nothing was saved yet. Please look at what is named below."))
        self.faults = faults


class Changed(PortalError):
    """The file is not the one that was opened; `found` is what lies there now, None when it is gone."""

    status = 409

    def __init__(self, found: str | None, digest: str) -> None:
        gone = _(
            "The file was removed or renamed since you opened it. Your text is below; saving it makes the file anew."
        )
        changed = _(
            "The file has changed since you opened it. Your text is below, and beside it what is there now. "
            "Saving again puts yours in its place; the other text stays among the versions."
        )
        super().__init__(gone if found is None else changed)
        self.found, self.digest = found, digest


class DiskSaysNo(PortalError):
    """The file could not be written; nothing is lost but the wish."""

    status = 503

    def __init__(self, trouble: Trouble) -> None:
        said = {
            Trouble.FULL: _("The disk is full. Nothing was saved; the article on the site is unchanged."),
            Trouble.READ_ONLY: _("The portal may not write into this folder. Nothing was saved."),
            Trouble.NO_FOLDER: _("The folder of this article is gone. Nothing was saved."),
            Trouble.OTHER: _("The file could not be written. Nothing was saved."),
        }[trouble]
        super().__init__(said + " " + _("You can download your text below."))


class ReadOnly(PortalError):
    """This installation edits its content elsewhere."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("Articles are not saved here. Download the file and put it into the content folder."))


@dataclass(frozen=True)
class Wish:
    """What is to be saved: the file, its whole text, and the digest of the version that was opened."""

    file: str
    text: str
    seen: str
    kind: Kind = Kind.SAVED


@dataclass(frozen=True)
class Saved:
    """What was saved: the article's number and the digest of the file."""

    number: int
    digest: str


def save_article(wish: Wish, *, by: Actor, now: datetime, origins: Sequence[int]) -> Saved:
    """Put the text in the place of the file, or raise why not; `origins` are questions that it answers."""

    def note(number: int, details: dict[str, str]) -> None:
        record("article.saved", "article", number, by=by, at=now, **details)
        add_origins(number, origins, user_id=by.id, now=now)

    return _save(wish, by, now, note)


def save_category(wish: Wish, *, by: Actor, now: datetime, is_new: bool) -> Saved:
    """Put what is said of a category in the place of its file, or raise why not; a new one gets its folder."""

    def note(_number: int, details: dict[str, str]) -> None:
        record("category.saved", "category", 0, by=by, at=now, **details)

    return _save(wish, by, now, note, is_new=is_new)


def _save(wish: Wish, by: Actor, now: datetime, note: Note, *, is_new: bool = False) -> Saved:
    if not is_writable():
        raise ReadOnly
    try:
        # Asked again under the lock; here it spares an editor the check of a text that is to be compared first.
        _refuse_changed(wish)
        trial = tried(wish.text, wish.file)
        if trial.errors:
            raise TextRefused(trial.errors)
        with alone(CONFIG.here().data):
            _refuse_changed(wish)
            with transaction():
                _put(wish, trial.number, by, now, note, is_new=is_new)
    except ChangedMeanwhile as error:
        raise _changed(error.found) from error
    except NotWritten as error:
        raise DiskSaysNo(error.trouble) from error
    return Saved(trial.number, digest_of(wish.text.encode()))


def _put(wish: Wish, number: int, by: Actor, now: datetime, note: Note, *, is_new: bool) -> None:
    """Rows of the transaction first, the file as the last thing."""
    text = wish.text.encode()
    keep_found(wish.file, now)
    _keep(wish.file, text, wish.kind, by, now)
    note(number, {"file": wish.file, "how": wish.kind.value, "digest": digest_of(text)[:16]})
    if is_new:
        write_in_new_folder(CONFIG.here().content, wish.file, text)
    else:
        write(CONFIG.here().content, wish.file, text, seen=wish.seen)


def found_text(file: str) -> str | None:
    """What lies on disk now as text; unreadable bytes are shown as such. None when there is nothing."""
    found = bytes_of(CONFIG.here().content, file)
    return None if found is None else _shown(found)


def found_digest(file: str) -> str:
    """The digest of what lies on disk now."""
    return digest_of(bytes_of(CONFIG.here().content, file))


def _refuse_changed(wish: Wish) -> None:
    found = bytes_of(CONFIG.here().content, wish.file)
    if digest_of(found) != wish.seen:
        raise _changed(found)


def _changed(found: bytes | None) -> Changed:
    return Changed(None if found is None else _shown(found), digest_of(found))


def keep_found(file: str, now: datetime) -> None:
    """What somebody wrote into the folder by other means becomes a version before something takes its place."""
    found = bytes_of(CONFIG.here().content, file)
    if found is not None and not has_version(file, digest_of(found)):
        _keep(file, found, Kind.FOUND, None, now)


def _keep(file: str, text: bytes, kind: Kind, by: Actor | None, now: datetime) -> None:
    version = ArticleVersion(
        file=file,
        digest=digest_of(text),
        kind=kind.value,
        text=_shown(text),
        user_id=by.id if by else None,
        author_name=by.name if by else "",
        saved_at=now,
    )
    db.session.add(version)


def _shown(found: bytes) -> str:
    # PostgreSQL keeps no NUL.
    return found.decode("utf-8", "replace").replace("\x00", "\ufffd")

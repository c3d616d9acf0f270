"""What somebody takes along: one archive with a page to read, a file for machines, and their files (Art. 15, 20 GDPR).

It is written to a file without a name piece by piece, so that neither a long history nor large files fill the memory.
"""

import json
import logging
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO, cast

from flask import current_app
from flask_babel import gettext as _

from portal.departure.actions.erasing import written
from portal.departure.queries import kept_of
from portal.foundation.company import COMPANY
from portal.foundation.config import CONFIG
from portal.foundation.database import end_reading
from portal.foundation.errors import PortalError
from portal.foundation.files.disk import REFUSES_BELOW
from portal.foundation.i18n import current_language, local_date, local_moment
from portal.foundation.personal_data import ALL_HOLDINGS, Fact, Record, Section, TakenFile, Trail

log = logging.getLogger(__name__)

# What is compressed already is only stored.
_PRESSED = (".png", ".jpg", ".jpeg", ".webp", ".pdf", ".docx", ".xlsx", ".odt")
_CHUNK = 256 * 1024


class NoRoomForArchive(PortalError):
    """The disk has no room for the archive just now."""

    status = 503

    def __init__(self) -> None:
        super().__init__(_("Your data cannot be put together just now. Please try again in an hour, or write to us."))


def make_archive(trail: Trail) -> BinaryIO:
    """The finished archive, at its beginning; it is gone when it is closed. NoRoomForArchive when the disk is full."""
    folder = CONFIG.here().data
    if not REFUSES_BELOW.is_left_at(folder):
        raise NoRoomForArchive
    file = cast("BinaryIO", tempfile.TemporaryFile(dir=folder))  # noqa: SIM115  (whoever sends it closes it)
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            _fill(archive, trail)
    except OSError as error:
        file.close()
        raise NoRoomForArchive from error
    end_reading()
    file.seek(0)
    return file


def archive_name(today: date) -> str:
    """`meine-daten-2026-12-16.zip`, in the reader's language."""
    return f"{_('my-data')}-{today.isoformat()}.zip"


def _fill(archive: zipfile.ZipFile, trail: Trail) -> None:
    # Each part reads for itself: what was written into one need not be kept for the other.
    with archive.open("data.json", "w", force_zip64=True) as part:
        for piece in _json(trail):
            part.write(piece.encode())
    with archive.open(_("my-data") + ".html", "w", force_zip64=True) as part:
        for piece in _page(trail):
            part.write(piece.encode())
    for file in _files(trail):
        _add(archive, file)


def _sections(trail: Trail) -> Iterator[Section]:
    for holding in reversed(ALL_HOLDINGS.here()):
        yield from holding.export(trail)


def _json(trail: Trail) -> Iterator[str]:
    yield json.dumps({"made_at": trail.now.isoformat(), "language": current_language()})[:-1]
    for section in _sections(trail):
        yield f",\n{json.dumps(section.key)}: ["
        for number, record in enumerate(section.records):
            yield (",\n" if number else "\n") + json.dumps(_plain(record), ensure_ascii=False, default=_value)
        yield "]"
    yield f',\n"kept": {json.dumps(written(kept_of(trail)), ensure_ascii=False)}}}\n'


def _plain(record: Record) -> dict[str, Any]:
    facts = {fact.key: fact.value for fact in record.facts}
    sections = {section.key: [_plain(each) for each in section.records] for section in record.sections}
    files = [f"files/{file.path}" for file in record.files]
    return facts | sections | ({"files": files} if files else {})


def _value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else repr(value)


def _page(trail: Trail) -> Iterator[str]:
    parts = current_app.jinja_env.get_template("departure/archive.html").make_module(
        {"company": COMPANY.here(), "lang": current_language(), "made_at": trail.now}
    )
    macros: Any = parts
    yield str(macros.head())
    for section in _sections(trail):
        yield str(macros.begin(section))
        is_empty = True
        for record in section.records:
            is_empty = False
            yield str(macros.record(_shown(record)))
        yield str(macros.end(is_empty))
    yield str(macros.foot(written(kept_of(trail))))


def _shown(record: Record) -> Record:
    """The same in words: moments and numbers as people read them, empty values left out."""
    given = [fact for fact in record.facts if fact.value not in (None, "")]
    facts = [Fact(fact.key, fact.label, fact.words or _word(fact.value)) for fact in given]
    sections = [Section(each.key, each.title, [_shown(one) for one in each.records]) for each in record.sections]
    return Record(record.title, facts, [each for each in sections if each.records], record.files)


def _word(value: Any) -> str:
    if isinstance(value, datetime):
        return local_moment(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return local_date(value) if isinstance(value, date) else str(value)


def _files(trail: Trail) -> Iterator[TakenFile]:
    for section in _sections(trail):
        for record in section.records:
            yield from record.files


def _add(archive: zipfile.ZipFile, file: TakenFile) -> None:
    entry = zipfile.ZipInfo(f"files/{file.path}")
    entry.compress_type = zipfile.ZIP_STORED if file.path.lower().endswith(_PRESSED) else zipfile.ZIP_DEFLATED
    try:
        with file.open() as source, archive.open(entry, "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target, _CHUNK)
    except FileNotFoundError:
        log.error("a file that belongs into an archive is missing: %s", entry.filename.partition("-")[0])

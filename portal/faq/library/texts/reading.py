"""Reads one Markdown file: bytes, head, title, body, HTML. Knows no other file but through the sitemap."""

import hashlib
import os
import re
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath

from portal.faq.library.building.layout import is_overview, order_in_name
from portal.faq.library.building.scan import Sign
from portal.faq.library.building.sitemap import Place, Sitemap
from portal.faq.library.faults import Fault, FileUnusable
from portal.faq.library.texts.fields import KEYS, MAX_RELATED, PAGE_KEYS, Fields
from portal.faq.library.texts.foreign_markdown import in_our_words
from portal.faq.library.texts.front_matter import split
from portal.faq.library.texts.labels import labels_for
from portal.faq.library.texts.records import Link, Record
from portal.faq.library.texts.titles import UNSEEN, first_words, title_and_body
from portal.foundation.markdown import MarkdownUnusable, Reference, Rendered, render

MAX_BYTES = 1_000_000
# Keys whose values are right or wrong only beside other files.
JUDGED_LATER = ("id", "aliases", "related", "translation_of")
HOST = re.compile(r"^https?://[^/]*")
FOREIGN_DATES = ("last_updated", "lastmod", "updated", "date", "ms.date")


class BeingWritten(FileUnusable):
    """The file is not the one that was listed a moment ago."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of one file: the record (None when it cannot be taken) and the faults."""

    file: str
    record: Record | None
    faults: tuple[Fault, ...]
    digest: str = ""
    is_final: bool = True  # False: the file was being written, look again


def read_file(content: Path, place: Place, sitemap: Sitemap, expected: Sign) -> Reading:
    """Read and render a file; a fault instead of an exception, whatever the file holds."""
    digest = ""
    try:
        found = read_bytes(content / place.file, place.file, expected)
        digest = hashlib.sha256(found).hexdigest()[:32]
        record, faults = _record(decoded(found, place.file), place, sitemap)
        return Reading(place.file, _with_date(record, expected), faults, digest)
    except FileUnusable as error:
        return Reading(place.file, None, (error.fault,), digest, is_final=not isinstance(error, BeingWritten))


def read_given(given: bytes, place: Place, sitemap: Sitemap) -> Reading:
    """The same for bytes that do not lie in the folder yet: what an editor has written and not saved."""
    digest = hashlib.sha256(given).hexdigest()[:32]
    try:
        if len(given) > MAX_BYTES:
            raise FileUnusable(_too_large(place.file))
        record, faults = _record(decoded(given, place.file), place, sitemap)
        return Reading(place.file, record, faults, digest)
    except FileUnusable as error:
        return Reading(place.file, None, (error.fault,), digest)


def _too_large(file: str) -> Fault:
    return Fault(file, 0, "The file is larger than 1 MB.", "Split it into several articles.")


def read_bytes(path: Path, file: str, expected: Sign | None = None) -> bytes:
    """At most one megabyte; a file that is not (any more) the one that was seen is half written."""
    try:
        with path.open("rb") as handle:
            found = handle.read(MAX_BYTES + 1)
            sign = Sign.of(os.fstat(handle.fileno()))
    except OSError as error:
        fault = Fault(file, 0, f"The file cannot be read ({error.strerror}).", "Check its permissions.")
        raise FileUnusable(fault) from error
    if len(found) > MAX_BYTES:
        raise FileUnusable(_too_large(file))
    if expected not in (None, sign):
        raise BeingWritten(Fault(file, 0, "The file is being written just now.", "Wait a moment."))
    return found


def decoded(found: bytes, file: str) -> str:
    """Strict UTF-8, with or without byte order mark, with plain line ends."""
    try:
        text = found.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = found.count(b"\n", 0, error.start) + 1
        raise FileUnusable(Fault(file, line, "The file is not UTF-8.", "Save it as UTF-8.")) from error
    return UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _record(text: str, place: Place, sitemap: Sitemap) -> tuple[Record, tuple[Fault, ...]]:
    head, body, offset = split(text, place.file)
    fields = Fields(head, place.file, list(head.faults))
    is_foreign = sitemap.layout.is_foreign and place.root.kind == "faq"
    record = _from_head(fields, place, is_foreign=is_foreign)
    if not is_foreign:
        fields.check_known(KEYS if place.root.kind == "faq" else PAGE_KEYS)
        fields.require_said("title", "Write the title, or remove the line: then the first heading is the title.")
    _check_pairs(fields, record)
    fields.refuse_unsafe()
    body = in_our_words(body) if is_foreign else body
    title, body, removed = title_and_body(record.title, body, place.file)
    if not body.strip():
        raise FileUnusable(Fault(place.file, offset + 1, "The article has no text.", "Write its answer."))
    rendered = _rendered(body, place, sitemap)
    record = _with_body(replace(record, title=title), rendered, body, offset + removed)
    return record, (*fields.faults, *_link_faults(record, place, sitemap))


def _check_pairs(fields: Fields, record: Record) -> None:
    """A fault for keys that contradict each other, or say nothing without another one."""
    if record.publish_from and record.publish_until and record.publish_until < record.publish_from:
        problem = "The key “publish_until” names a day before “publish_from”: nobody would ever read it."
        fields.faults.append(fields.at("publish_until", problem, "Correct one of the two."))
    if record.review_days and not record.reviewed_on:
        problem = "The key “review_every” says nothing without “reviewed_on”."
        fields.faults.append(fields.at("review_every", problem, "Write the day of the last review.", is_error=False))


def _from_head(fields: Fields, place: Place, *, is_foreign: bool) -> Record:
    name = PurePosixPath(place.file).name
    order = fields.number("order", low=-9999, high=99999) if not is_foreign else None
    default_order = 0 if is_overview(place.file) else (order_in_name(name) or 1000)
    period = fields.period("review_every") if not is_foreign else None
    return Record(
        title=fields.text("title") or "",
        summary=(fields.text("summary") or (fields.text("description") if is_foreign else ""))[:500],
        number=None if is_foreign else fields.number("id", low=1, high=999_999),
        keywords=fields.words("keywords")[:50] or (fields.words("tags")[:50] if is_foreign else ()),
        status=fields.status(is_foreign=is_foreign),
        review_days=period.days if period else None,
        owner=fields.text("owner"),
        related=_related(fields),
        pinned=fields.switch("pinned"),
        order=default_order if order is None else order,
        translation_of=fields.text("translation_of"),
        lines={key: line for key, line in fields.head.lines.items() if key in JUDGED_LATER},
        aliases=() if is_foreign else tuple(_path(alias, place) for alias in fields.words("aliases")[:50]),
        publish_from=_iso(fields.day("publish_from")),
        publish_until=_iso(fields.day("publish_until")),
        reviewed_on=None if is_foreign else _iso(fields.day("reviewed_on")),
        changed_on=_iso(fields.first_day("changed_on", "updated_on", *FOREIGN_DATES)),
    )


def _path(alias: str, place: Place) -> str:
    """An earlier path, also written as the address it had."""
    path = HOST.sub("", alias).partition("#")[0].partition("?")[0]
    return path.strip("/").removeprefix(f"{place.root.language}/faq/").removesuffix(".md")


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _related(fields: Fields) -> tuple[str, ...]:
    related = fields.words("related")
    if len(related) > MAX_RELATED:
        problem = f"“related” names {len(related)} articles."
        fields.faults.append(fields.at("related", problem, f"Keep the {MAX_RELATED} most useful.", is_error=False))
    return related[:MAX_RELATED]


def _with_date(record: Record, sign: Sign) -> Record:
    """Without a date in its head, a file changed when its time stamp says so."""
    # The file's own time says nothing after a checkout from git: dates that travel with the file come first.
    if told := record.changed_on or record.publish_from or record.reviewed_on:
        return replace(record, changed_on=told)
    try:
        changed = datetime.fromtimestamp(sign.mtime_ns / 1e9, UTC).date()
    except (OverflowError, ValueError, OSError):
        return record
    return replace(record, changed_on=changed.isoformat())


def _rendered(body: str, place: Place, sitemap: Sitemap) -> Rendered:
    try:
        return render(
            body,
            resolve_link=lambda target: sitemap.link(place.file, target),
            resolve_image=lambda target: sitemap.picture(place.file, target),
            labels=labels_for(place.root.language),
            sections=place.root.kind == "pages",
        )
    except MarkdownUnusable as error:
        raise FileUnusable(Fault(place.file, 0, f"The text cannot be shown: {error}.", "Make it simpler.")) from error


def _with_body(record: Record, rendered: Rendered, body: str, offset: int) -> Record:
    return replace(
        record,
        summary=record.summary or first_words(rendered.html),
        headings=tuple((heading.level, heading.text, heading.anchor) for heading in rendered.headings),
        links=_with_lines(rendered.links, body, offset),
        images=_with_lines(rendered.images, body, offset),
        words=len(rendered.text.split()),
        packed=zlib.compress(rendered.html.encode(), 6),
        text=zlib.compress(rendered.text.encode(), 6),
    )


def _with_lines(references: tuple[Reference, ...], body: str, offset: int) -> tuple[Link, ...]:
    """References with the line they are written in, found by their target."""
    return tuple(
        Link(ref.target[:500], ref.url, offset + body.count("\n", 0, max(0, body.find(ref.target))) + 1, ref.text[:200])
        for ref in references[:1000]
    )


def _link_faults(record: Record, place: Place, sitemap: Sitemap) -> list[Fault]:
    faults = [_dead_link(link, place, sitemap) for link in record.links if link.url is None]
    for image in record.images:
        if image.url is None:
            problem = f"The image “{image.target[:100]}” is missing or lies on another site."
            faults.append(Fault(place.file, image.line, problem, "Put the image beside the article."))
        elif not image.text.strip():
            problem = f"The image “{image.target[:100]}” has no text for people who cannot see it."
            faults.append(Fault(place.file, image.line, problem, "Describe it: ![description](file).", is_error=False))
    return faults


def _dead_link(link: Link, place: Place, sitemap: Sitemap) -> Fault:
    behind = sitemap.file_behind(place.file, link.target)
    if behind:
        problem = f"The link “{link.target[:100]}” leads to an article in another language."
        remedy = "Link to the article of the same language, even if it is only translated later."
    else:
        problem = f"The link “{link.target[:100]}” leads nowhere."
        remedy = "Correct the path, relative to this file, or remove the link."
    return Fault(place.file, link.line, problem, remedy)

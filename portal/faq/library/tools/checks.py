"""Everything an editor should know about the content: the builder's faults and what only a reader of the whole sees."""

import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from portal.faq.library.building.build import Job, build
from portal.faq.library.building.layout import CATEGORY_FILE, OTHER, Layout, layout_of
from portal.faq.library.building.scan import unread_folders
from portal.faq.library.building.snapshot import pointer_of
from portal.faq.library.faults import Fault, FileUnusable
from portal.faq.library.library import Library
from portal.faq.library.loading import load_library
from portal.faq.library.texts.front_matter import split
from portal.faq.library.texts.reading import decoded, read_bytes
from portal.faq.rules import Status, is_review_overdue, review_due_on


def check_content(content: Path, *, languages: tuple[str, ...] = ("de", "en"), on: date) -> list[Fault]:
    """Read the whole folder as the builder does and name every fault; nothing outside a temporary folder is written.

    The first of the languages is the company's own.
    """
    with tempfile.TemporaryDirectory(prefix="check-content-") as folder:
        build(Job(content, Path(folder), languages, languages[0], accepts_vanished=True, is_quiet=True))
        pointer = pointer_of(Path(folder))
        library = load_library(Path(folder), pointer) if pointer else None
    if library is None:
        return [Fault(".", 0, "The content could not be read back.", "Check the disk and try again.")]
    if not content.is_dir():
        return [Fault(".", 0, "The content folder is missing.", "Set PORTAL_CONTENT to an existing folder.")]
    return sorted({*library.faults, *notes(library, content, on=on)})


def notes(library: Library, content: Path, *, on: date) -> Iterator[Fault]:
    """What readers do not notice and editors should: missing translations, overdue reviews, unnamed categories."""
    yield from _missing_translations(library)
    for article in library.articles.values():
        if article.status is Status.PUBLISHED and is_review_overdue(article, on):
            problem = f"The review was due on {review_due_on(article)}."
            line = _line_of("reviewed_on", content, article.file)
            yield Fault(article.file, line, problem, "Check the article and set “reviewed_on”.", is_error=False)
    layout = layout_of(_folders(content), languages=library.languages, default_language=library.default_language)
    yield from _unnamed_categories(library, content, layout)
    yield from _unread(content, layout)


def _line_of(key: str, content: Path, file: str) -> int:
    try:
        head, _, _ = split(decoded(read_bytes(content / file, file), file), file)
    except FileUnusable:
        return 0
    return head.lines.get(key, 0)


def _missing_translations(library: Library) -> Iterator[Fault]:
    spoken: dict[str, set[str]] = {}
    for article in library.articles.values():
        spoken.setdefault(article.source, set()).add(article.language)
    written = {language for languages in spoken.values() for language in languages}
    for article in library.articles.values():
        missing = [name for name in library.languages if name in written and name not in spoken[article.source]]
        is_first = article.language == min(spoken[article.source])
        if missing and is_first and article.status is Status.PUBLISHED:
            problem = f"There is no translation: {', '.join(missing)}."
            yield Fault(article.file, 0, problem, "Until then this language is shown there.", is_error=False)


def _unread(content: Path, layout: Layout) -> Iterator[Fault]:
    where = " and ".join(f"“{root.folder}”" for root in layout.roots if root.kind == "faq" and root.folder)
    for folder, count in unread_folders(content, layout):
        problem = f"{count} Markdown files in this folder are not read."
        remedy = f"Articles lie below {where}." if where else "Give the folder another name: this one has a meaning."
        yield Fault(folder, 0, problem, remedy, is_error=False)


def _unnamed_categories(library: Library, content: Path, layout: Layout) -> Iterator[Fault]:
    if layout.is_foreign:
        return
    for folder in library.folders:
        file = f"faq/{folder.language}/{folder.path}/{CATEGORY_FILE}"
        if folder.path != OTHER and not (content / file).is_file():
            problem = f"The category has no name of its own; “{folder.name}” is shown."
            yield Fault(file, 0, problem, 'Write the file with name = "…" and a description.', is_error=False)


def _folders(content: Path) -> Iterable[str]:
    for pattern in ("*", "*/*"):
        yield from (str(path.relative_to(content)) for path in content.glob(pattern) if path.is_dir())

"""Tells an editor's deletion from an accident: a vanished disk, a wrong checkout, a folder that cannot be read."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from portal.faq.library.building.kept import Kept
from portal.faq.library.building.scan import Listing, is_text
from portal.faq.library.faults import FileUnusable
from portal.faq.library.texts.reading import read_bytes


def vanished(before: Kept, listing: Listing, content: Path) -> frozenset[str]:
    """The files that are gone, when so many are gone at once that it is rather an accident; else none."""
    articles = before.articles
    missing = {file for file in articles if file not in listing.files}
    if before.layout == repr(listing.layout):
        # Only there: under another arrangement the very same files would have other addresses and another language.
        missing -= _moved({articles[file].digest: file for file in missing}, before, listing, content)
    is_accident = len(articles) >= 10 and len(missing) * 2 > len(articles)
    unreadable = _below(listing.unreadable, before)
    if not is_accident and not (listing.is_missing and articles):
        return unreadable
    everything = {*before.files, *before.shelves, *before.assets}
    return frozenset(file for file in everything if file not in listing.files)


def _moved(missing: Mapping[str, str], before: Kept, listing: Listing, content: Path) -> set[str]:
    """Missing files whose very words lie somewhere else now."""
    if len(missing) * 2 <= len(before.articles):
        return set()
    moved = set()
    for file in listing.files:
        if file not in before.files and is_text(file):
            try:
                digest = hashlib.sha256(read_bytes(content / file, file)).hexdigest()[:32]
            except FileUnusable:
                continue
            moved.update({missing[digest]} if digest in missing else set())
    return moved


def _below(paths: Iterable[str], before: Kept) -> frozenset[str]:
    """What cannot be looked at just now, or lay in folders that cannot be: nothing of it is lost."""
    prefixes = tuple(f"{path}/" if path else "" for path in paths)
    everything = {*before.files, *before.shelves, *before.assets}
    return frozenset(file for file in everything if prefixes and f"{file}/".startswith(prefixes))

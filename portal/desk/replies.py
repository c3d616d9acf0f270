"""Saved replies of `content/replies/<language>/*.md`: read again when they change; a broken one stays as it was."""

import logging
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.faq.library.faults import Fault, FileUnusable
from portal.faq.library.texts.front_matter import Head, split
from portal.foundation.files.content_files import stamp_of
from portal.foundation.web.here import OnePerApp

log = logging.getLogger(__name__)

GAPS = ("name", "number", "promise", "agent")
_GAP = re.compile(r"\{\{\s*(\w*)\s*\}\}")
_KEYS = ("title", "keywords", "topics", "translation_of")
_LARGEST = 20_000


@dataclass(frozen=True, slots=True)
class Reply:
    """A text that fits again and again; `slug` is the same in every language, without topics it fits all of them."""

    slug: str
    title: str
    keywords: tuple[str, ...]
    topics: tuple[str, ...]
    body: str


def fill(text: str, gaps: Mapping[str, str]) -> str:
    """The text with its `{{ gaps }}` filled; one that nothing is known for stays three dots to be written over."""
    return _GAP.sub(lambda found: gaps.get(found[1]) or "…", text)


class RepliesFolder:
    """The saved replies of a running process; what cannot be read is logged and left as it was before."""

    def __init__(self, folder: Path, languages: Sequence[str]) -> None:
        self._folder, self._languages = folder, languages
        self._seen: object = None
        self._kept: dict[Path, tuple[object, Reply]] = {}
        self._by_language: dict[str, dict[str, Reply]] = {}
        self._in_turn: dict[tuple[str, str], Sequence[Reply]] = {}
        self.refresh()

    def in_language(self, language: str, topic: str = "") -> Sequence[Reply]:
        """Every reply in that language, or in the company's own where it is missing; those of the topic first."""
        # Sorted once for each: taken first, so that a thread that still sees the files of before fills the old table.
        kept, key = self._in_turn, (language, topic)
        if key not in kept:
            found = {**self._by_language.get(self._languages[0], {}), **self._by_language.get(language, {})}
            turn = sorted(found.values(), key=lambda each: (topic not in each.topics, bool(each.topics), each.title))
            kept[key] = turn
        return kept[key]

    def refresh(self) -> bool:
        """Take over what has changed; True if something has."""
        stamps = {path: stamp_of(path) for language in self._languages for path in _files(self._folder / language)}
        if stamps == self._seen:
            return False
        self._seen = stamps
        kept = {path: self._read(path, stamp) for path, stamp in stamps.items()}
        self._kept = {path: found for path, found in kept.items() if found}
        self._by_language = {language: {} for language in self._languages}
        for path, (_, reply) in self._kept.items():
            self._by_language[path.parent.name][reply.slug] = reply
        self._in_turn = {}
        return True

    def _read(self, path: Path, stamp: object) -> tuple[object, Reply] | None:
        before = self._kept.get(path)
        if before and before[0] == stamp:
            return before
        reply, faults = read_reply(path)
        if reply is not None:
            return stamp, reply
        log.error("%s The last good text stays.", "; ".join(str(each) for each in faults))
        return before


REPLIES_FOLDER = OnePerApp[RepliesFolder]("replies")


def read_reply(path: Path) -> tuple[Reply | None, list[Fault]]:
    """The reply, or None and what is wrong with it."""
    name = f"replies/{path.parent.name}/{path.name}"
    try:
        if path.stat().st_size > _LARGEST:
            raise FileUnusable(Fault(name, 0, "The reply is larger than 20 kB.", "Write only what a customer reads."))
        head, body, lines = split(path.read_text(encoding="utf-8-sig").replace("\r\n", "\n"), name)
    except FileUnusable as error:
        return None, [error.fault]
    except (OSError, UnicodeDecodeError) as error:
        return None, [Fault(name, 0, f"The file cannot be read: {error}.", "Save it as UTF-8.")]
    faults = [*head.faults, *_faults(name, head, body, lines)]
    if faults:
        return None, faults
    values = head.values
    slug = str(values.get("translation_of") or path.stem)
    words, topics = _list(values.get("keywords")), _list(values.get("topics"))
    return Reply(slug, values["title"].strip(), words, topics, body.strip()), []


def reply_faults(folder: Path, languages: Sequence[str], topics: Collection[str]) -> Iterator[Fault]:
    """Every fault of the folder, for `flask check-content`; `topics` are the slugs there are."""
    read = {path: read_reply(path) for language in languages for path in _files(folder / language)}
    own = {path.stem for path in read if path.parent.name == languages[0]}
    met: dict[tuple[str, str], str] = {}
    for path, (reply, faults) in read.items():
        yield from faults
        if reply is None:
            continue
        name = f"replies/{path.parent.name}/{path.name}"
        for topic in sorted(set(reply.topics) - set(topics)):
            yield Fault(name, 0, f"There is no topic “{topic}”.", f"Write some of {', '.join(sorted(topics))}.")
        if path.parent.name != languages[0] and reply.slug not in own:
            remedy = f"Write translation_of: with the name of a file in replies/{languages[0]}."
            yield Fault(name, 0, f"It translates “{reply.slug}”, which does not exist.", remedy, is_error=False)
        other = met.setdefault((path.parent.name, reply.slug), path.name)
        if other != path.name:
            yield Fault(name, 0, f"{other} stands for the same reply.", "Keep one, or change translation_of.")


def _faults(name: str, head: Head, body: str, lines: int) -> Iterator[Fault]:
    title = head.values.get("title")
    if not isinstance(title, str) or not title.strip():
        yield Fault(name, 1, "The reply has no title.", "Write title: and what it is about.")
    for key in ("keywords", "topics"):
        if not isinstance(head.values.get(key, []), list):
            yield Fault(name, head.lines.get(key, 0), f"{key} is not a list.", f"Write {key}: [one, two].")
    if not isinstance(head.values.get("translation_of", ""), str):
        yield Fault(
            name, head.lines.get("translation_of", 0), "translation_of is no name.", "Write a name, or delete it."
        )
    for key in sorted(set(head.values) - set(_KEYS)):
        yield Fault(name, head.lines.get(key, 0), f"Nothing is called “{key}”.", f"Write one of {', '.join(_KEYS)}.")
    if not body.strip():
        yield Fault(name, lines + 1, "The reply is empty.", "Write the text below the front matter.")
    for found in _GAP.finditer(body):
        if found[1] not in GAPS:
            line = lines + body.count("\n", 0, found.start()) + 1
            yield Fault(name, line, f"Nothing fills {found[0]}.", f"Write one of {', '.join(GAPS)} in the braces.")


def _list(written: Any) -> tuple[str, ...]:
    return tuple(str(each) for each in written or ())


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("[!._]*.md")) if folder.is_dir() else []

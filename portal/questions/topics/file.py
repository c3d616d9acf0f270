"""Reads `content/topics.toml`, and keeps the last good one while the file is broken."""

import logging
import tomllib
from collections.abc import Collection, Sequence
from pathlib import Path

from portal.foundation.errors import SettingError
from portal.questions.topics.reading import topics_from
from portal.questions.topics.values import Topics

log = logging.getLogger(__name__)

# A folder that was not written for this portal has no such file; whatever is asked there has this one topic.
_PLAIN = Path(__file__).with_name("plain.toml")
_LARGEST = 1_000_000

_Stamp = tuple[int, int, int] | None


def read_topics(path: Path, languages: Sequence[str]) -> Topics:
    """The topics of the file; a folder without it gets one plain topic. SettingError names every fault."""
    topics, faults = _read(path, languages)
    if topics is None:
        raise SettingError(f"{path.name} cannot be used: {'; '.join(faults)}.")
    return topics


def topic_faults(
    path: Path, languages: Sequence[str], *, levels: Collection[str] = (), categories: Collection[str] = ()
) -> tuple[str, ...]:
    """Every fault of the file as a sentence with what to write instead, for `flask check-content`.

    `levels` are the slugs of the service levels, `categories` the folders of the FAQ in the first language; what a
    topic names must be among them.
    """
    topics, faults = _read(path, languages)
    if topics is None:
        return faults
    foreign = [
        f"topic {topic.slug} names the {what} {name!r}, which does not exist; write one of {', '.join(sorted(known))}"
        for topic in topics
        for what, names, known in (("level", [topic.level], levels), ("category", topic.categories, categories))
        for name in names
        if name and known and name not in known
    ]
    return tuple(foreign)


class TopicsFile:
    """The topics of a running process; SettingError when the file is wrong at the start."""

    def __init__(self, path: Path, languages: Sequence[str]) -> None:
        self._path, self._languages = path, tuple(languages)
        self._seen = _stamp(path)
        self._topics = read_topics(path, self._languages)

    @property
    def topics(self) -> Topics:
        """The last good topics."""
        return self._topics

    def refresh(self) -> bool:
        """Take over a changed file; True if it was. A broken or vanished one is logged and the last good one stays."""
        stamp = _stamp(self._path)
        if stamp == self._seen:
            return False
        self._seen = stamp
        if stamp is None:
            log.error("%s is gone. The last good one stays.", self._path.name)
            return False
        try:
            self._topics = read_topics(self._path, self._languages)
        except SettingError as error:
            log.error("%s The last good one stays.", error)
            return False
        return True


def _read(path: Path, languages: Sequence[str]) -> tuple[Topics | None, tuple[str, ...]]:
    """The topics, or None and every fault."""
    try:
        source = path if path.exists() else _PLAIN
        if source.stat().st_size > _LARGEST:
            return None, ("it is larger than 1 MB; write only topics",)
        written = tomllib.loads(source.read_text(encoding="utf-8"))
    except (ValueError, OSError, RecursionError) as error:
        return None, (str(error),)
    return topics_from(written, languages)


def _stamp(path: Path) -> _Stamp:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino

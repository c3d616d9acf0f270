"""Reads `content/topics.toml`, and keeps the last good one while the file is broken."""

from collections.abc import Collection, Sequence
from pathlib import Path

from portal.foundation.files.content_files import ContentFile, read_toml, without_fault
from portal.foundation.web.here import OnePerApp
from portal.questions.topics.reading import topics_from
from portal.questions.topics.values import Topics

# A folder that was not written for this portal has no such file; whatever is asked there has this one topic.
_PLAIN = Path(__file__).with_name("plain.toml")


def read_topics(path: Path, languages: Sequence[str]) -> Topics:
    """The topics of the file; a folder without it gets one plain topic. SettingError names every fault."""
    return without_fault(path, _read(path, languages))


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


class TopicsFile(ContentFile[Topics]):
    """The topics of a running process; SettingError when the file is wrong at the start."""

    def __init__(self, path: Path, languages: Sequence[str]) -> None:
        super().__init__(path, lambda: read_topics(path, languages))

    @property
    def topics(self) -> Topics:
        """The last good topics."""
        return self._value


TOPICS_FILE = OnePerApp[TopicsFile]("topics")


def _read(path: Path, languages: Sequence[str]) -> tuple[Topics | None, tuple[str, ...]]:
    """The topics, or None and every fault."""
    try:
        written = read_toml(path, instead=_PLAIN)
    except ValueError as error:
        return None, (str(error),)
    return topics_from(written, languages)

"""Faults of what lies beside the articles: service levels, topics and saved replies, for `flask check-content`."""

from collections.abc import Iterator
from pathlib import Path

from portal.desk.phrases import phrase_faults
from portal.desk.replies import reply_faults
from portal.faq.library.faults import Fault
from portal.foundation.company import Company
from portal.foundation.errors import SettingError
from portal.inbox.addresses import read_incoming
from portal.questions.actions.asking import is_taken, letter_of
from portal.questions.thanks import thanks_faults
from portal.questions.topics import read_topics, topic_faults
from portal.service_levels.levels_file import level_faults, read_levels

_LEVELS, _TOPICS, _PHRASES = "service-levels.toml", "topics.toml", "phrases.toml"
_THANKS = "thanks.toml"


def table_faults(content: Path, company: Company) -> Iterator[Fault]:
    """Every fault of the files, the saved replies and the letter of numbers; sentences say what to write instead."""
    languages, levels, topics = company.languages, content / _LEVELS, content / _TOPICS
    yield from (_fault(_LEVELS, each) for each in level_faults(levels, languages))
    known = topic_faults(topics, languages, levels=_slugs(levels, company), categories=_categories(content, company))
    yield from (_fault(_TOPICS, each) for each in known)
    yield from (_fault(_PHRASES, each) for each in phrase_faults(content / _PHRASES, languages))
    yield from (_fault(_THANKS, each) for each in thanks_faults(content / _THANKS))
    yield from reply_faults(content / "replies", languages, _topics(topics, company))
    yield from _mail_faults(company, topics)
    letter = letter_of(company)
    if letter is None:
        yield Fault("company.toml", 0, "letter of [questions] is none of A to Z.", 'Write letter = "Q".')
    if is_taken(letter):
        yield Fault("company.toml", 0, "letter of [questions] is C or W, as declarations have.", 'Write letter = "Q".')


def _mail_faults(company: Company, topics: Path) -> Iterator[Fault]:
    """What stands in the way of mail that comes in."""
    try:
        taken = read_incoming(company)
    except SettingError as error:
        yield Fault("company.toml", 0, str(error), 'Write incoming = "help@in.example.org".')
        return
    if taken is not None and taken.topic and taken.topic not in (known := _topics(topics, company)):
        problem = f"topic of [mail] is {taken.topic!r}, which does not exist."
        yield Fault("company.toml", 0, problem, f"Write one of {', '.join(sorted(known))}.")


def _fault(file: str, sentence: str) -> Fault:
    problem, _, remedy = sentence.partition("; ")
    return Fault(file, 0, f"{problem}.", f"{remedy[:1].upper()}{remedy[1:]}." if remedy else "Correct the file.")


def _slugs(path: Path, company: Company) -> set[str]:
    try:
        return set(read_levels(path, company.languages).levels)
    except SettingError:
        return set()


def _topics(path: Path, company: Company) -> set[str]:
    try:
        return set(read_topics(path, company.languages).by_slug)
    except SettingError:
        return set()


def _categories(content: Path, company: Company) -> set[str]:
    folder = content / "faq" / company.default_language
    return {each.name for each in folder.iterdir() if each.is_dir()} if folder.is_dir() else set()

"""Reads `content/thanks.toml`: the words of which a message is made that thanks and wants nothing else."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from portal.foundation.files.content_files import ContentFile, Reading, read_toml, without_fault
from portal.foundation.web.here import OnePerApp
from portal.questions.rules import MOST_WORDS_OF_THANKS, ThanksWords, words_of

# A folder without the file takes nothing as thanks: every reply opens a question again.
_NONE = Path(__file__).with_name("no_thanks.toml")
_KEYS = ("thanks", "beside")


class ThanksFile(ContentFile[ThanksWords]):
    """The words of a running process; SettingError when the file is wrong at the start."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, lambda: without_fault(path, _read(path)))


THANKS_FILE = OnePerApp[ThanksFile]("thanks")


def thanks_faults(path: Path) -> tuple[str, ...]:
    """Every fault of the file as a sentence with what to write instead, for `flask check-content`."""
    return _read(path)[1]


def _read(path: Path) -> tuple[ThanksWords, tuple[str, ...]]:
    try:
        tables = read_toml(path, instead=_NONE)
    except ValueError as error:
        return ThanksWords(), (str(error),)
    reading = Reading()
    made = [reading.take(partial(_table, name, written)) or ThanksWords() for name, written in tables.items()]
    # Somebody who asked in German may well say thanks in English.
    thanks, beside = (frozenset().union(*(getattr(each, key) for each in made)) for key in _KEYS)
    return ThanksWords(thanks, beside), tuple(reading.faults)


def _table(name: str, written: Any) -> ThanksWords:
    """The phrases of one table. ValueError says what is wrong with it."""
    if not isinstance(written, Mapping) or set(written) - set(_KEYS):
        raise ValueError(f'{name}: write only [{name}] with thanks = ["…"] and beside = ["…"]')
    return ThanksWords(*(frozenset(_phrases(f"{name}.{key}", written.get(key, []))) for key in _KEYS))


def _phrases(where: str, written: Any) -> list[tuple[str, ...]]:
    if not isinstance(written, list) or not all(isinstance(each, str) for each in written):
        raise ValueError(f'{where} is no list of phrases; write a list such as ["danke", "vielen Dank"]')
    phrases = [words_of(each) for each in written]
    for phrase, each in zip(phrases, written, strict=True):
        if not 0 < len(phrase) <= MOST_WORDS_OF_THANKS or any(word == "?" or word.isnumeric() for word in phrase):
            raise ValueError(f"{where}: {each[:60]!r} can never be thanks; write words without digits and questions")
    return phrases

"""Reads `content/phrases.toml`: what the company does not want to write to customers, and what reads better."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from portal.desk.advice import Phrase
from portal.foundation.files.content_files import ContentFile, Reading, read_toml, without_fault
from portal.foundation.web.here import OnePerApp

# A folder without the file underlines nothing.
_NONE = Path(__file__).with_name("no_phrases.toml")
_LONGEST = 200

Phrases = Mapping[str, tuple[Phrase, ...]]


class PhrasesFile(ContentFile[Phrases]):
    """The phrases of a running process; SettingError when the file is wrong at the start."""

    def __init__(self, path: Path, languages: Sequence[str]) -> None:
        super().__init__(path, lambda: without_fault(path, _read(path, languages)))

    def in_language(self, language: str) -> tuple[Phrase, ...]:
        """The phrases of that language."""
        return self.value.get(language, ())


PHRASES_FILE = OnePerApp[PhrasesFile]("phrases")


def phrase_faults(path: Path, languages: Sequence[str]) -> tuple[str, ...]:
    """Every fault of the file as a sentence with what to write instead, for `flask check-content`."""
    return _read(path, languages)[1]


def _read(path: Path, languages: Sequence[str]) -> tuple[Phrases, tuple[str, ...]]:
    try:
        rows = read_toml(path, instead=_NONE).get("phrase", [])
    except ValueError as error:
        return {}, (str(error),)
    if not isinstance(rows, list):
        return {}, ("phrase is no list of tables; begin each with [[phrase]]",)
    reading = Reading()
    made = [reading.take(partial(_phrase, position, row, languages)) or {} for position, row in enumerate(rows, 1)]
    found = {language: tuple(each[language] for each in made if language in each) for language in languages}
    return found, tuple(reading.faults)


def _phrase(position: int, row: Any, languages: Sequence[str]) -> dict[str, Phrase]:
    """One table in every language it has. ValueError says what is wrong with it."""
    where = f"phrase {position}"
    if not isinstance(row, Mapping) or set(row) - {"words", "better"}:
        raise ValueError(f"{where}: write only words and better")
    words, better = row.get("words"), row.get("better")
    if not isinstance(words, Mapping) or not isinstance(better, Mapping):
        raise ValueError(f'{where}: write words = {{ {languages[0]} = ["…"] }} and better = {{ {languages[0]} = "…" }}')
    return {
        each: Phrase(_words(where, words[each]), _better(where, better, each)) for each in languages if each in words
    }


def _words(where: str, written: Any) -> tuple[str, ...]:
    is_right = isinstance(written, list) and all(isinstance(each, str) and each.split() for each in written)
    if not is_right or any(len(each) > _LONGEST for each in written):
        raise ValueError(f'{where}: words are a list such as ["leider"], each of at most {_LONGEST} characters')
    return tuple(written)


def _better(where: str, better: Mapping[str, Any], language: str) -> str:
    written = better.get(language)
    if not isinstance(written, str) or not written.strip():
        raise ValueError(f"{where}: better has no sentence for {language}")
    return written.strip()

"""Related words from a thesaurus of the operating system (MyThes files, as mythes-de and mythes-en-us install them)."""

import re
from collections.abc import Iterator
from pathlib import Path

from portal.search.stopwords import is_stop_word
from portal.search.synonyms import Meanings, Phrase
from portal.search.text import words

FOLDER = Path("/usr/share/mythes")
FILES = {"de": "th_de_DE_v2.dat", "en": "th_en_US_v2.dat"}
# How much a word of the thesaurus counts beside the word itself (1).
WEIGHT = 0.3
# A word of more senses says too little about which one is meant; a sense of more words is too wide.
MOST_SENSES, MOST_WORDS_IN_SENSE, MOST_PHRASE_WORDS = 4, 16, 2
REMARK = re.compile(r"\s*\([^)]*\)")
# Remarks of wider, narrower and opposite words.
OTHER_SENSE = re.compile(r"\((Oberbegriff|Unterbegriff|Antonym|generic term|related term|antonym)\)")


def related_words(folder: Path, *, language: str) -> Meanings:
    """What the thesaurus of this language says; nothing if its file is not there."""
    path = folder / FILES.get(language, "")
    return _meanings(path, language) if path.is_file() else {}


def _meanings(path: Path, language: str) -> Meanings:
    meanings: Meanings = {}
    for entry, senses in _entries(path):
        if len(senses) <= MOST_SENSES and (source := _phrase(entry, language)):
            targets = {target for sense in senses for target in _targets(sense, language)} - {source}
            if targets:
                meanings.setdefault(source, {}).update(dict.fromkeys(targets, WEIGHT))
    return meanings


def _entries(path: Path) -> Iterator[tuple[str, list[str]]]:
    with path.open("rb") as file:
        encoding = file.readline().decode("ascii", "replace").strip()
        for line in file:
            entry, _, count = line.decode(encoding, "replace").rpartition("|")
            senses = [next(file).decode(encoding, "replace") for _ in range(int(count))]
            yield entry, senses


def _targets(sense: str, language: str) -> Iterator[Phrase]:
    others = [one for one in sense.strip().split("|")[1:] if not OTHER_SENSE.search(one)]
    if len(others) <= MOST_WORDS_IN_SENSE:
        for other in others:
            if phrase := _phrase(REMARK.sub("", other), language):
                yield phrase


def _phrase(text: str, language: str) -> Phrase | None:
    found = tuple(words(text.replace("-", ""), language))
    telling = any(not is_stop_word(word, language) for word in found)
    return found if telling and len(found) <= MOST_PHRASE_WORDS else None

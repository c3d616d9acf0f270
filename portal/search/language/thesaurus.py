"""What a thesaurus of the operating system says about single words.

The files are those of MyThes, as Debian's mythes-de (OpenThesaurus) and mythes-en-us (WordNet) install them.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from pathlib import Path

from portal.search.language.stemming import stem
from portal.search.language.stopwords import is_stop_word
from portal.search.language.text import words

FILES = {"de": "th_de_DE_v2.dat", "en": "th_en_US_v2.dat"}
# How much a word of the same sense counts beside the word itself (1), and a wider or narrower one.
SAME_SENSE, OTHER_WIDTH = 0.3, 0.15
REMARK = re.compile(r"\s*\([^)]*\)")
OPPOSITE = ("(Antonym)", "(antonym)")
WIDER = ("Oberbegriff)", "Unterbegriff)", "(Assoziation)", "(generic term)", "(related term)", "(similar term)")
Related = dict[str, float]


def related_words(
    folder: Path | None, *, language: str, is_unknown: Callable[[str], bool]
) -> Iterator[tuple[str, Related]]:
    """Unknown stems of single words with the stems that mean the same or nearly; nothing without a file."""
    path = folder / FILES.get(language, "") if folder else None
    if path and path.is_file():
        stem_of = lru_cache(maxsize=None)(partial(_stem, language=language))
        for entry, senses in _entries(path):
            source = stem_of(entry)
            if source and is_unknown(source):
                yield source, _related(source, senses, stem_of)


def _entries(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Each entry with the lines of its senses; the first line names the encoding."""
    with path.open("rb") as file:
        encoding = file.readline().decode("ascii", "replace").strip()
        for line in file:
            entry, _, count = line.decode(encoding, "replace").rpartition("|")
            yield entry, [next(file, b"").decode(encoding, "replace") for _ in range(int(count))]


def _related(source: str, senses: list[str], stem_of: Callable[[str], str]) -> Related:
    found: Related = {}
    for target, weight in (one for sense in senses for one in _targets(sense)):
        word = stem_of(target)
        if word and word != source:
            found[word] = max(weight, found.get(word, 0.0))
    return found


def _targets(sense: str) -> Iterator[tuple[str, float]]:
    for other in sense.strip().split("|")[1:]:
        if "(" not in other:
            yield other, SAME_SENSE
        elif not other.endswith(OPPOSITE):
            yield REMARK.sub("", other), OTHER_WIDTH if other.endswith(WIDER) else SAME_SENSE


def _stem(text: str, language: str) -> str:
    """The stem of a single telling word; empty for anything else."""
    if " " in text:
        return ""
    found = words(text.replace("-", ""), language)
    return stem(found[0], language) if len(found) == 1 and not is_stop_word(found[0], language) else ""

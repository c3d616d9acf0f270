"""Synonym files: `a, b` stand for one another, `a => b` works one way, `a ~ b` one way and weaker; `#` is a comment."""

import re

from portal.search.language.text import words
from portal.search.model import SynonymError

Phrase = tuple[str, ...]
Meanings = dict[Phrase, dict[Phrase, float]]
MAX_PHRASE_WORDS = 6
# Every word of a line stands for every other, so the work grows with the square.
MAX_PHRASES = 60
# How much a synonym and a related word count beside the word itself (1).
SYNONYM, RELATED = 0.8, 0.4
SIGN = re.compile("=>|~")


def parse_synonyms(text: str, *, language: str) -> Meanings:
    """What each phrase of folded words also means, and how well; raises SynonymError with the number of the line."""
    meanings: Meanings = {}
    for number, line in enumerate(text.splitlines(), 1):
        content = line.split("#", 1)[0].strip()
        if content:
            weight = RELATED if "~" in content else SYNONYM
            for source, target in _pairs(content, language=language, number=number):
                known = meanings.setdefault(source, {})
                if target != source:
                    known[target] = max(weight, known.get(target, 0.0))
    return meanings


def spelled_words(text: str) -> str:
    """The words of a synonym file as they are spelled, without comments and signs."""
    lines = (SIGN.sub(",", line.split("#", 1)[0]).replace("-", "") for line in text.splitlines())
    return "\n".join(lines)


def _pairs(line: str, *, language: str, number: int) -> list[tuple[Phrase, Phrase]]:
    signs = SIGN.findall(line)
    if len(signs) > 1:
        raise SynonymError(f"line {number}: only one => or ~ is possible in a line")
    left, *right = SIGN.split(line)
    sources = _phrases(left, language=language, number=number)
    targets = _phrases(right[0], language=language, number=number) if right else sources
    if not right and len(sources) < 2:
        raise SynonymError(f"line {number}: write at least two words, separated by commas")
    return [(source, target) for source in sources for target in targets]


def _phrases(part: str, *, language: str, number: int) -> list[Phrase]:
    phrases = [tuple(words(piece.replace("-", ""), language)) for piece in part.split(",")]
    if not all(phrases):
        raise SynonymError(f"line {number}: a word is missing between commas or beside => or ~")
    if len(phrases) > MAX_PHRASES:
        raise SynonymError(f"line {number}: at most {MAX_PHRASES} words or phrases; split the line")
    if any(len(phrase) > MAX_PHRASE_WORDS for phrase in phrases):
        raise SynonymError(f"line {number}: at most {MAX_PHRASE_WORDS} words in a phrase")
    return phrases

"""Synonym files: `a, b, c` are one another's synonyms, `a => b` works one way; `#` starts a comment."""

from portal.search.model import SynonymError
from portal.search.text import words

Phrase = tuple[str, ...]
MAX_PHRASE_WORDS = 6


def parse_synonyms(text: str, *, language: str) -> dict[Phrase, list[Phrase]]:
    """What each phrase of folded words also means; raises SynonymError with the number of the line."""
    meanings: dict[Phrase, list[Phrase]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        content = line.split("#", 1)[0].strip()
        if content:
            for source, target in _pairs(content, language=language, number=number):
                known = meanings.setdefault(source, [])
                if target != source and target not in known:
                    known.append(target)
    return meanings


def spelled_words(text: str) -> str:
    """The words of a synonym file as they are spelled, without comments and signs."""
    lines = (line.split("#", 1)[0].replace("=>", ",").replace("-", "") for line in text.splitlines())
    return "\n".join(lines)


def _pairs(line: str, *, language: str, number: int) -> list[tuple[Phrase, Phrase]]:
    if line.count("=>") > 1:
        raise SynonymError(f"line {number}: only one => is possible in a line")
    left, arrow, right = line.partition("=>")
    sources = _phrases(left, language=language, number=number)
    targets = _phrases(right, language=language, number=number) if arrow else sources
    if not arrow and len(sources) < 2:
        raise SynonymError(f"line {number}: write at least two words, separated by commas")
    return [(source, target) for source in sources for target in targets]


def _phrases(part: str, *, language: str, number: int) -> list[Phrase]:
    phrases = [tuple(words(piece.replace("-", ""), language)) for piece in part.split(",")]
    if not all(phrases):
        raise SynonymError(f"line {number}: a word is missing between commas or beside =>")
    if any(len(phrase) > MAX_PHRASE_WORDS for phrase in phrases):
        raise SynonymError(f"line {number}: at most {MAX_PHRASE_WORDS} words in a phrase")
    return phrases

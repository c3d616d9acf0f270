"""The best passage of an article in its original words, hits marked."""

import re
from functools import lru_cache
from itertools import pairwise

from portal.search.model import Marked
from portal.search.opened import OpenedLanguage
from portal.search.text import WORD

LETTERS = 200
REMEMBERED_TEXTS = 512
LONGEST_HEADING = 60
SENTENCE_ENDS = (".", "!", "?", ":", ";", ",", "…")
WORDS_APART = re.compile(f"({WORD.pattern})")


def snippet(text: str, start: int, wanted: set[int], opened: OpenedLanguage) -> Marked:
    """About 200 letters of the text from the passage's start, whole words, with an ellipsis where cut."""
    piece = _on_one_line(text[start : start + LETTERS])
    if start + LETTERS < len(text):
        piece = piece.rsplit(" ", 1)[0] + " …"
    return marked(piece, wanted, opened)


def _on_one_line(text: str) -> str:
    """The lines in a row; a dot in the middle divides what looks like a heading from the next."""
    lines = [line for one in text.splitlines() if (line := " ".join(one.split()))]
    ended = [f"{line} ·" if _is_heading(line, after) else line for line, after in pairwise(lines)]
    return " ".join(ended + lines[-1:])


def _is_heading(line: str, after: str) -> bool:
    """A short line without an end before one that begins anew; a wrapped line is long or goes on small."""
    return len(line) <= LONGEST_HEADING and not line.endswith(SENTENCE_ENDS) and not after[0].islower()


def marked(text: str, wanted: set[int], opened: OpenedLanguage) -> Marked:
    """The text in pieces; words that the query means are marked."""
    parts = _apart(text)
    stems = map(opened.word_stems.__getitem__, parts[1::2])
    hits = [place for place, number in enumerate(stems) if number in wanted]
    pieces: list[tuple[str, bool]] = []
    last = 0
    for place in hits:
        word = 2 * place + 1
        if gap := "".join(parts[last:word]):
            pieces.append((gap, False))
        pieces.append((parts[word], True))
        last = word + 1
    if gap := "".join(parts[last:]):
        pieces.append((gap, False))
    return tuple(pieces)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def _apart(text: str) -> list[str]:
    """Gaps and words in turns: gap, word, gap, …, gap."""
    return WORDS_APART.split(text)

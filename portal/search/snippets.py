"""The best passage of an article in its original words, hits marked."""

import re

from portal.search.model import Marked
from portal.search.opened import OpenedLanguage
from portal.search.text import WORD

LETTERS = 200
WORDS_APART = re.compile(f"({WORD.pattern})")


def snippet(text: str, start: int, wanted: set[int], opened: OpenedLanguage) -> Marked:
    """About 200 letters of the text from the passage's start, whole words, with an ellipsis where cut."""
    piece = " ".join(text[start : start + LETTERS].split())
    if start + LETTERS < len(text):
        piece = piece.rsplit(" ", 1)[0] + " …"
    return marked(piece, wanted, opened)


def marked(text: str, wanted: set[int], opened: OpenedLanguage) -> Marked:
    """The text in pieces; words that the query means are marked."""
    number = opened.word_stem
    pieces: list[tuple[str, bool]] = []
    plain = ""
    parts = WORDS_APART.split(text)
    for gap, word in zip(parts[::2], [*parts[1::2], ""], strict=True):
        if word and number(word) in wanted:
            if plain or gap:
                pieces.append((plain + gap, False))
            pieces.append((word, True))
            plain = ""
        else:
            plain += gap + word
    if plain:
        pieces.append((plain, False))
    return tuple(pieces)

"""The best passage of an article in its original words, hits marked."""

from portal.search.model import Marked
from portal.search.opened import OpenedLanguage
from portal.search.text import WORD

LETTERS = 200


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
    last = 0
    for word in WORD.finditer(text):
        if number(word[0]) in wanted:
            start, end = word.span()
            if start > last:
                pieces.append((text[last:start], False))
            pieces.append((word[0], True))
            last = end
    if last < len(text):
        pieces.append((text[last:], False))
    return tuple(pieces)

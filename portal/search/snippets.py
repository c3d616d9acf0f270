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
    pieces: list[tuple[str, bool]] = []
    end = 0
    for match in WORD.finditer(text):
        if opened.word_stem(match[0]) in wanted:
            if match.start() > end:
                pieces.append((text[end : match.start()], False))
            pieces.append((match[0], True))
            end = match.end()
    if end < len(text):
        pieces.append((text[end:], False))
    return tuple(pieces)

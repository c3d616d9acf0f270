"""Titles and the best passage of an article in its original words, hits marked."""

import re
from collections.abc import Sequence, Set

from portal.search.model import MARK_BEGIN, MARK_END, Marked
from portal.search.sheets import Sheet, letter_of
from portal.search.text import WORD

LETTERS = 200
WORDS_APART = re.compile(f"({WORD.pattern})")


class Marker:
    """Marks what one query means."""

    def __init__(self, wanted: Set[int]) -> None:
        """The numbers of the stems that are marked."""
        self._wanted, self._letters = wanted, frozenset(map(letter_of, wanted))

    def snippet(self, sheet: Sheet, sentence: int | None) -> Marked:
        """About 200 letters from this sentence or the beginning on, whole words, with an ellipsis where cut."""
        piece = sheet.text_from(sentence, LETTERS + 1)
        if len(piece) > LETTERS:
            piece = piece[:LETTERS].rsplit(" ", 1)[0] + " …"
        return _marked(piece, sheet.places_in(piece, sentence, self._letters))

    def title(self, sheet: Sheet, stems: Sequence[int]) -> Marked:
        """The whole title, of which the stems are given."""
        return _marked(sheet.title, [place for place, number in enumerate(stems) if number in self._wanted])


def _marked(text: str, places: Sequence[int]) -> Marked:
    """The text with these of its words marked; there may be places behind its end."""
    if not places:
        return text
    # Gaps and words in turn, as far as the last word that is marked.
    parts = WORDS_APART.split(text, places[-1] + 1)
    for place in places:
        word = 2 * place + 1
        if word < len(parts):
            parts[word] = f"{MARK_BEGIN}{parts[word]}{MARK_END}"
    return "".join(parts)

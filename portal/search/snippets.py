"""Titles and the best passage of an article in its original words, hits marked."""

from collections.abc import Sequence, Set

from portal.search.index.sheets import Sheet, letter_of
from portal.search.model import Marked

LETTERS = 200


class Marker:
    """Marks what one query means."""

    def __init__(self, wanted: Set[int]) -> None:
        """The numbers of the stems that are marked."""
        self._wanted, self._letters = wanted, frozenset(map(letter_of, wanted))

    def snippet(self, sheet: Sheet, sentence: int | None) -> Marked:
        """About 200 letters from this sentence or the beginning on."""
        return sheet.marked_text(sentence, LETTERS, self._letters)

    def title(self, sheet: Sheet, stems: Sequence[int]) -> Marked:
        """The whole title, of which the stems are given."""
        return sheet.marked_title([place for place, number in enumerate(stems) if number in self._wanted])

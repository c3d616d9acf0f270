"""How much the synonyms of a word count that the articles use themselves: it needs them less."""

from collections.abc import Sequence

# A word that so large a share of the articles has is one of our own words; its synonyms only add noise.
OWN_WORD, OF_OWN_WORD = 0.15, 0.4
# A synonym so many times as frequent as a word that some articles have would drown these.
FEW_ARTICLES, DROWNING, OF_DROWNING = 3, 2, 0.5


class Usage:
    """In how many articles each stem stands."""

    def __init__(self, starts: Sequence[int], size: int) -> None:
        """Where the articles of each stem start in the impact lists, and the number of articles."""
        self._starts, self._size = starts, size

    def frequency(self, number: int | None) -> int:
        """In how many articles a stem stands."""
        return 0 if number is None else self._starts[number + 1] - self._starts[number]

    def damping(self, word: int | None, synonym: int) -> float:
        """What is left of a synonym's weight beside the word that it stands for, 0 to 1."""
        own = self.frequency(word)
        if own >= max(FEW_ARTICLES, OWN_WORD * self._size):
            return OF_OWN_WORD
        return OF_DROWNING if own >= FEW_ARTICLES and self.frequency(synonym) > DROWNING * own else 1.0

"""Articles that have every word of a query as it was typed: no synonym can say it better."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from portal.search.concept import Concept
from portal.search.opened import OpenedLanguage

# So many articles of the rarest word are looked at.
MOST_LOOKED_AT = 1000


class Complete:
    """Knows for one query which articles have all its words, in any inflection."""

    def __init__(self, asked: Iterable[Iterable[int]], opened: OpenedLanguage) -> None:
        """For each word its stems in the index; a word that no article has leaves nothing complete."""
        lists = [[opened.impacts(number)[0] for number in stems] for stems in asked]
        self._lists: list[list[memoryview]] = sorted(lists, key=_size) if all(lists) else []

    def has(self, document: int) -> bool:
        """Whether the article has every word."""
        for own in self._lists:
            for ordered in own:
                place = bisect_left(ordered, document)
                if place < len(ordered) and ordered[place] == document:
                    break
            else:
                return False
        return bool(self._lists)

    @classmethod
    def with_concepts(cls, asked: Iterable[Concept], opened: OpenedLanguage) -> "Complete":
        """The words that count."""
        return cls(([number for number, value in one.alternatives.items() if value == 1.0] for one in asked), opened)

    @classmethod
    def with_words(cls, typed: Iterable[str], opened: OpenedLanguage) -> "Complete":
        """Every word, the little ones too."""
        numbers = (opened.word_stems[word] for word in dict.fromkeys(typed))
        return cls(([] if number is None else [number] for number in numbers), opened)

    def documents(self) -> list[int]:
        """The articles that have every word, in their order, of the first thousand with the rarest."""
        rarest = sorted({document for own in self._lists[:1] for one in own for document in one[:MOST_LOOKED_AT]})
        return [document for document in rarest if self.has(document)]


def _size(own: Iterable[Sequence]) -> int:
    return sum(map(len, own))

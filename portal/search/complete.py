"""Articles that have every word of a query as it was typed: no synonym can say it better."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence, Set
from itertools import chain

from portal.search.concept import Concept
from portal.search.opened import OpenedLanguage

# So many articles of the rarest word are looked at.
MOST_LOOKED_AT = 1000
# Looking for one article in a list costs as much as reading so many of the list.
WORTH_LOOKING = 12


class Complete:
    """The articles that have all words of one query, in any inflection, of the first thousand with the rarest."""

    def __init__(self, asked: Iterable[Iterable[int]], opened: OpenedLanguage) -> None:
        """For each word its stems in the index; a word that no article has leaves nothing complete."""
        lists = [[opened.impacts(number)[0] for number in stems] for stems in asked]
        self._documents = _in_all(sorted(lists, key=_size)) if all(lists) else frozenset()

    def __contains__(self, document: int) -> bool:
        """Whether the article has every word."""
        return document in self._documents

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
        """The articles in their order."""
        return sorted(self._documents)


def _in_all(lists: list[list[memoryview]]) -> Set[int]:
    """The articles of the first list that are in one of each of the others; the shortest lists come first."""
    found: set[int] = set().union(*[one[:MOST_LOOKED_AT] for own in lists[:1] for one in own])
    for own in lists[1:]:
        if len(found) * WORTH_LOOKING < _size(own):
            found = {document for document in found if any(_holds(one, document) for one in own)}
        else:
            found = found.intersection(chain(*own))
    return found


def _holds(ordered: Sequence[int], document: int) -> bool:
    place = bisect_left(ordered, document)
    return place < len(ordered) and ordered[place] == document


def _size(own: Iterable[Sequence]) -> int:
    return sum(map(len, own))

"""Articles that have every word of a query as it was typed: no synonym can say it better."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence, Set
from functools import cached_property
from itertools import chain

from portal.search.concept import Concept
from portal.search.index.opened import OpenedLanguage

# So many articles of the rarest word are looked at.
MOST_LOOKED_AT = 1000
# Looking for one article in a list costs as much as reading so many of the list.
WORTH_LOOKING = 12


class Complete:
    """The articles that have every word that counts, in any inflection, of the first thousand with the rarest one."""

    def __init__(self, asked: Iterable[Concept], typed: Iterable[str], opened: OpenedLanguage) -> None:
        """The words that count, and all that were typed; a word that no article has leaves nothing complete."""
        own = [[number for number, value in one.alternatives.items() if value == 1.0] for one in asked]
        lists = [[opened.impacts(number)[0] for number in stems] for stems in own]
        # The shortest lists come first.
        rarest, *others = sorted(lists, key=_size) if all(lists) and lists else [[]]
        self._rarest, self._others = [one[:MOST_LOOKED_AT] for one in rarest], others
        self._typed, self._opened = typed, opened

    def among(self, documents: Iterable[int]) -> Set[int]:
        """Which of these articles are complete: for a few it need not be known of all."""
        return _in_all(set(documents), [self._rarest, *self._others])

    @cached_property
    def documents(self) -> Set[int]:
        """All articles that are complete."""
        return _in_all(set().union(*self._rarest), self._others)

    def whole(self, documents: Iterable[int]) -> list[int]:
        """Which of these complete articles have the little words too, in their order in the index."""
        return sorted(_in_all(set(documents), self._lists_of_typed))

    @cached_property
    def _lists_of_typed(self) -> list[list[memoryview]]:
        numbers = (self._opened.word_stems[word] for word in dict.fromkeys(self._typed))
        lists = [[] if number is None else [self._opened.impacts(number)[0]] for number in numbers]
        return sorted(lists, key=_size)


def _in_all(found: set[int], lists: Iterable[list]) -> Set[int]:
    """Those of the articles that are in one of each of the lists."""
    for own in lists:
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

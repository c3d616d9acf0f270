"""Puts what the words say and what the sentence model says together: one order, and nothing found twice or lost."""

from collections import Counter
from collections.abc import Mapping
from heapq import nlargest

from portal.search.closer import Ranked
from portal.search.index.opened import OpenedLanguage
from portal.search.ranking import Ranking
from portal.search.scoring import counted

# The first of ours that the model may move, and how many it may add of its own.
OURS, OWN = 20, 10
# What a likeness is worth beside a full score of 1, from where texts have little to do with each other.
WORTH, FLOOR = 12.0, 0.78
# An article that shares no word with the query is shown from here on.
ENOUGH = 0.85


def mixed(
    ranking: Ranking,
    likeness: Mapping[int, float],
    likely: Mapping[int, float],
    opened: OpenedLanguage,
    *,
    category: str | None,
) -> Ranking:
    """The ranking with the model's opinion: a `likeness` for each article it knows, `likely` those it would show.

    Of these, articles of another category than the one named only count. There may be more than were asked for.
    """
    block, rest = ranking.best[:OURS], ranking.best[OURS:]
    known, found = {one.document for one in block}, ranking.found
    own = [one for one in nlargest(OWN, likely, key=likely.__getitem__) if one in found or likely[one] >= ENOUGH]
    added = [one for one in own if one not in known and category in (None, opened.categories[one])]
    first = [*block, *(Ranked(document, 0.0, opened.sheet(document), None) for document in added)]
    for one in first:
        one.score += WORTH * max(0.0, likeness.get(one.document, 0.0) - FLOOR)
    first.sort(key=lambda one: (-one.score, one.document))
    last = [one for one in rest if one.document not in added]
    more = counted([document for document in own if document not in found], opened)
    return Ranking([*first, *last], found, Counter(ranking.counts) + Counter(more))

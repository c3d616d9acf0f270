"""Puts what the words say and what the sentence model says together: one order, and nothing found twice or lost."""

from collections.abc import Callable, Mapping
from heapq import nlargest

from portal.search.closer import Ranked
from portal.search.ranking import Ranking

# The first of ours that the model may move, and how many it may add of its own.
OURS, OWN = 32, 10
# What a likeness is worth beside a full score of 1, from where texts have little to do with each other.
WORTH, FLOOR = 12.0, 0.78
# An article that shares no word with the query is shown from here on.
ENOUGH = 0.84


def mixed(
    ranking: Ranking, likeness: Mapping[int, float], likely: Mapping[int, float], accept: Callable[[int], bool]
) -> Ranking:
    """The ranking with the model's opinion: a `likeness` for each article it knows, `likely` those it would show.

    Only what `accept` takes is added to the best, of which there may be more than were asked for.
    """
    block, rest = ranking.best[:OURS], ranking.best[OURS:]
    known, found = {one.document for one in block}, set(ranking.documents)
    own = [one for one in nlargest(OWN, likely, key=likely.__getitem__) if one in found or likely[one] >= ENOUGH]
    added = [document for document in own if document not in known and accept(document)]
    first = [*block, *(Ranked(document, 0.0) for document in added)]
    for one in first:
        one.score += WORTH * max(0.0, likeness.get(one.document, 0.0) - FLOOR)
    first.sort(key=lambda one: (-one.score, one.document))
    last = [one for one in rest if one.document not in added]
    return Ranking([*first, *last], ranking.documents + [document for document in own if document not in found])

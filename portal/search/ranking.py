"""Which articles answer best: impacts per concept, coverage, then a closer look at titles and sentences."""

from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest
from operator import itemgetter

from portal.search.closer import Closer, Ranked
from portal.search.complete import Complete
from portal.search.concept import Concept
from portal.search.model import FULL
from portal.search.opened import OpenedLanguage

# So many articles get a closer look at their title, and so many of these at their sentences.
TITLES_LOOKED_AT, TEXTS_LOOKED_AT = 32, 10
# One of these shows an article that has every word, if there is one.
FIRST_PAGE = 10
# With fewer articles than these, the letters of titles are searched as well: the last rung of the ladder.
FEW = 3
# Share of an article's score that is lost when it covers nothing of the query's weight.
COVERAGE = 0.5
# How far the alternatives of a known word make it less rare: the full count would drown a telling word.
ALTERNATIVES_COUNT = 0.25
# A word that only others stand for is as rare as these are on average, and a little less rare for being many.
MANY_COUNT = 0.2
# Articles below this share of the best score are not counted as found.
LEAST_SHARE = 0.2
REMEMBERED_SCALES = 256

# What a concept is worth in each article, and its share of the query.
Match = tuple[dict[int, float], float]


@dataclass(frozen=True)
class Ranking:
    """The best articles in order, as many as were asked for, and all articles found."""

    best: list[Ranked]
    documents: list[int]


def rank(text: str, found: list[Concept], opened: OpenedLanguage, *, top: int, category: str | None = None) -> Ranking:
    """The `top` articles (of a category, if one is named) that answer the text best, and all found in any."""
    weighed = [(concept, weight(concept, opened)) for concept in found if concept.alternatives or concept.phrases]
    total = sum(value for _, value in weighed) or 1.0
    weighed = [(concept, value / total) for concept, value in weighed]
    matches = [(best_impacts(concept, opened), share) for concept, share in weighed]
    scores = _scores(matches)
    closer = Closer(text, weighed, opened)
    if len(scores) < FEW:
        scores = dict.fromkeys(closer.rescued(TITLES_LOOKED_AT), 0.0) | scores
    least = LEAST_SHARE * max(scores.values(), default=0.0)
    kept = [(document, score) for document, score in scores.items() if score >= least]
    wanted = kept if category is None else [one for one in kept if opened.categories[one[0]] == category]
    softened = ((document, _softened(document, score, matches)) for document, score in _blocks(wanted, top))
    best = _with_a_complete_one(_looked_at(list(softened), closer, top), wanted, closer)
    return Ranking(best[:top], [document for document, _ in kept])


def _with_a_complete_one(best: list[Ranked], wanted: list[tuple[int, float]], closer: Closer) -> list[Ranked]:
    """An article that has every word is on the first page, if one can be with the little words."""
    if len(best) < FIRST_PAGE:
        return best
    for complete in (closer.whole, closer.complete):
        if any(complete.has(one.document) for one in best[:FIRST_PAGE]):
            return best
        if found := _best_of(complete, wanted, closer):
            others = [one for one in best if one.document != found.document]
            return [*others[: FIRST_PAGE - 1], found, *others[FIRST_PAGE - 1 :]]
    return best


def _best_of(complete: Complete, wanted: list[tuple[int, float]], closer: Closer) -> Ranked | None:
    scores = dict(wanted)
    found = max((one for one in complete.documents() if one in scores), key=scores.__getitem__, default=None)
    if found is None:
        return None
    return closer.look_at_text(found, closer.look_at_title(found, scores[found]))


def _blocks(wanted: list[tuple[int, float]], top: int) -> list[tuple[int, float]]:
    """The best by their first score, in whole blocks, so that a later page never repeats an earlier one."""
    return nlargest(-(-top // TITLES_LOOKED_AT) * TITLES_LOOKED_AT, wanted, key=itemgetter(1))


def _looked_at(best: list[tuple[int, float]], closer: Closer, top: int) -> list[Ranked]:
    ranked: list[Ranked] = []
    for start in range(0, len(best), TITLES_LOOKED_AT):
        block = best[start : start + TITLES_LOOKED_AT]
        looked = sorted([(-closer.look_at_title(document, score), document) for document, score in block])
        for first in range(0, len(looked), TEXTS_LOOKED_AT):
            if len(ranked) < top:
                few = looked[first : first + TEXTS_LOOKED_AT]
                read = [closer.look_at_text(document, -score) for score, document in few]
                ranked += sorted(read, key=_by_score)
    return ranked[:top]


def _by_score(one: Ranked) -> tuple[float, int]:
    return -one.score, one.document


def weight(concept: Concept, opened: OpenedLanguage) -> float:
    """Rarity of what the concept means: the word itself and, less, what stands for it."""
    own = others = worth = 0.0
    for number, value in concept.alternatives.items():
        if value == 1.0:
            own += opened.frequency(number)
        else:
            others += opened.frequency(number) * value
            worth += value
    if own:
        frequency = own + ALTERNATIVES_COUNT * others
    else:
        frequency = MANY_COUNT * others + (1 - MANY_COUNT) * others / (worth or 1.0)
    return concept.share * opened.rarity(frequency)


def best_impacts(concept: Concept, opened: OpenedLanguage) -> dict[int, float]:
    """What the concept is worth in each article: its best alternative there."""
    best: dict[int, float] = {}
    known = best.get
    for number, value in concept.alternatives.items():
        documents, impacts = opened.impacts(number)
        worth = impacts if value == 1.0 else map(_scale(value).__getitem__, impacts)
        if not best:
            best.update(zip(documents, worth, strict=True))
            continue
        for document, impact in zip(documents, worth, strict=True):
            if impact > known(document, 0.0):
                best[document] = impact
    for numbers, value in concept.phrases.items():
        for document, impact in _together(numbers, opened).items():
            best[document] = max(best.get(document, 0.0), impact * value)
    return best


@lru_cache(maxsize=REMEMBERED_SCALES)
def _scale(value: float) -> list[float]:
    """What is left of each impact at this value."""
    return [impact * value for impact in range(FULL + 1)]


def _together(numbers: tuple[int, ...], opened: OpenedLanguage) -> dict[int, int]:
    """Articles that have all of these stems, with the least of their impacts."""
    first, *others = sorted(numbers, key=opened.frequency)
    found = dict(zip(*opened.impacts(first), strict=True))
    for number in others:
        impacts = dict(zip(*opened.impacts(number), strict=True))
        found = {document: min(impact, impacts[document]) for document, impact in found.items() if document in impacts}
    return found


def _scores(matches: list[Match]) -> dict[int, float]:
    """The sum over the concepts; an article that can no longer reach the least share is not begun."""
    scores: dict[int, float] = {}
    rest = 1.0
    for impacts, share in sorted(matches, key=itemgetter(1), reverse=True):
        factor = share / FULL
        known = scores.get
        if rest < LEAST_SHARE and len(scores) >= FEW and rest < LEAST_SHARE * max(scores.values()):
            for document in scores.keys() & impacts.keys():
                scores[document] += factor * impacts[document]
        elif scores:
            for document, impact in impacts.items():
                scores[document] = known(document, 0.0) + factor * impact
        else:
            scores = {document: factor * impact for document, impact in impacts.items()}
        rest -= share
    return scores


def _softened(document: int, score: float, matches: list[Match]) -> float:
    covered = sum([share for impacts, share in matches if document in impacts])
    return score * (1 - COVERAGE + COVERAGE * covered)

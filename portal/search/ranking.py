"""Which articles answer best: what the concepts find, then a closer look at titles and sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.search.closer import Closer, Ranked
from portal.search.concept import Concept
from portal.search.index.opened import OpenedLanguage
from portal.search.scoring import Found, counted, found_by

# So many articles get a closer look at their title, and so many of these at their sentences.
TITLES_LOOKED_AT, TEXTS_LOOKED_AT = 32, 10
# By titles alone so many are looked at for each that is wanted.
TITLES_FOR_ONE = 3
# One of these shows an article that has every word, if there is one.
FIRST_PAGE = 10
# How far the alternatives of a known word make it less rare: the full count would drown a telling word.
ALTERNATIVES_COUNT = 0.25
# A word that only others stand for is as rare as these are on average, and a little less rare for being many.
MANY_COUNT = 0.2


@dataclass(frozen=True)
class Ranking:
    """The best articles in order, as many as were asked for; all that is found, and how much in each category."""

    best: list[Ranked]
    found: Found | list[int]
    counts: Mapping[str, int]

    @property
    def is_by_letters(self) -> bool:
        """Whether no article has anything of the query but letters of its title."""
        return isinstance(self.found, list)


def rank(text: str, found: list[Concept], opened: OpenedLanguage, *, top: int, category: str | None = None) -> Ranking:
    """The `top` articles (of a category, if one is named) that answer the text best, and all found in any."""
    best, scored = best_articles(text, found, opened, top=top, category=category)
    return Ranking(best, scored, counted(scored, opened) if isinstance(scored, list) else scored.by_category())


def best_articles(
    text: str, found: list[Concept], opened: OpenedLanguage, *, top: int, category: str | None = None
) -> tuple[list[Ranked], Found | list[int]]:
    """The `top` articles that answer the text best; what else is found is not counted."""
    weighed = _weighed(found, opened)
    closer, scored = Closer(text, weighed, opened), found_by(weighed, opened)
    if not scored:
        return _rescued(scored, closer, opened, top, category)
    block = scored.best(-(-top // TITLES_LOOKED_AT) * TITLES_LOOKED_AT, category)
    best = _with_a_complete_one(_looked_at(block, scored, closer, top), scored, closer, category)
    return best[:top], scored


def rank_by_title(text: str, found: list[Concept], opened: OpenedLanguage, *, top: int) -> list[int]:
    """The `top` articles by what the concepts find and by their titles alone: a third of the work, no text is read."""
    weighed = _weighed(found, opened)
    closer, scored = Closer(text, weighed, opened), found_by(weighed, opened)
    most = min(TITLES_LOOKED_AT, TITLES_FOR_ONE * top)
    block = scored.best(most, None) if scored else [(one, 0.0) for one in closer.rescued(most)]
    return [document for _, document in closer.look_at_titles(block)[:top]]


def _weighed(found: list[Concept], opened: OpenedLanguage) -> list[tuple[Concept, float]]:
    """The concepts that mean something here, each with its share of the query's weight."""
    weighed = [(concept, weight(concept, opened)) for concept in found if concept.alternatives or concept.phrases]
    total = sum([value for _, value in weighed]) or 1.0
    return [(concept, value / total) for concept, value in weighed]


def _rescued(
    scored: Found, closer: Closer, opened: OpenedLanguage, top: int, category: str | None
) -> tuple[list[Ranked], list[int]]:
    """The last rung of the ladder, where nothing is found: articles whose titles share letters with the query."""
    alike = closer.rescued(TITLES_LOOKED_AT)
    wanted = [(one, 0.0) for one in alike if category in (None, opened.categories[one])]
    return _looked_at(wanted, scored, closer, top), alike


def _with_a_complete_one(best: list[Ranked], found: Found, closer: Closer, category: str | None) -> list[Ranked]:
    """An article that has every word is on the first page, if one can be with the little words."""
    if len(best) < FIRST_PAGE:
        return best
    complete = closer.complete
    having = complete.among(one.document for one in best[:FIRST_PAGE])
    if complete.whole(having):
        return best
    for wanted in (complete.whole(complete.documents), () if having else sorted(complete.documents)):
        if one := _best_of(wanted, found, closer, category):
            others = [other for other in best if other.document != one.document]
            return [*others[: FIRST_PAGE - 1], one, *others[FIRST_PAGE - 1 :]]
    return best


def _best_of(documents: Iterable[int], found: Found, closer: Closer, category: str | None) -> Ranked | None:
    best = found.best_of(documents, category)
    if best is None:
        return None
    [(score, document)] = closer.look_at_titles([best])
    return closer.look_at_texts([(document, -score)])[0]


def _looked_at(best: list[tuple[int, float]], scored: Found, closer: Closer, top: int) -> list[Ranked]:
    ranked: list[Ranked] = []
    for start in range(0, len(best), TITLES_LOOKED_AT):
        looked = closer.look_at_titles(best[start : start + TITLES_LOOKED_AT])
        for first in range(0, len(looked), TEXTS_LOOKED_AT):
            if len(ranked) < top:
                few = looked[first : first + TEXTS_LOOKED_AT]
                ranked += _read(few, scored, closer, min(top - len(ranked), len(few)))
    return ranked[:top]


def _read(few: list[tuple[float, int]], scored: Found, closer: Closer, most: int) -> list[Ranked]:
    """The best of these by their texts; one that its text cannot bring among them is not read."""
    read = sorted(closer.look_at_texts([(document, -score) for score, document in few[:most]]), key=_by_score)
    for score, document in few[most:]:
        if closer.most_of_text(scored.covered(document)) - score >= read[-1].score:
            read = sorted([*read, *closer.look_at_texts([(document, -score)])], key=_by_score)[:most]
    return read


def _by_score(one: Ranked) -> tuple[float, int]:
    return -one.score, one.document


def weight(concept: Concept, opened: OpenedLanguage) -> float:
    """Rarity of what the concept means: the word itself and, less, what stands for it."""
    own = others = worth = 0.0
    frequencies = opened.frequencies(concept.alternatives)
    for value, frequency in zip(concept.alternatives.values(), frequencies, strict=True):
        if value == 1.0:
            own += frequency
        else:
            others += frequency * value
            worth += value
    if own:
        together = own + ALTERNATIVES_COUNT * others
    else:
        together = MANY_COUNT * others + (1 - MANY_COUNT) * others / (worth or 1.0)
    return concept.share * opened.rarity(together)

"""What the sentence model says of one search, beside what its words say: which articles mean the same."""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from portal.foundation import clock
from portal.search.by_meaning.mixing import OURS, mixed
from portal.search.by_meaning.vectors import Vector, Vectors, VectorsUnusable

if TYPE_CHECKING:
    from array import array

    from portal.search.index.opened import OpenedLanguage
    from portal.search.ranking import Ranking

REMEMBERED_QUERIES = 512
# A search waits so long for another one's turn with the model, and goes on without it after that.
MOST_WAIT_SECONDS = 0.05
# On a machine so busy that the model takes this long, searches do without it for a while.
SLOW_SECONDS, REST_SECONDS = 0.25, 10.0
# So many articles are measured exactly; the model's own first are among them.
MEASURED = 64
# A corrected query is less sure to be meant than what was typed: "unternommen" is not a misspelt "Unternehmen".
DOUBT = 0.02
# Numbers mean nothing to the model.
_WORD = re.compile(r"[^\W\d_]{2}")
log = logging.getLogger(__name__)


class Model(Protocol):
    """Turns texts into vectors; `model` names what made them."""

    model: str

    def query(self, text: str) -> array:
        """The vector of what somebody searches for."""

    def passage(self, text: str) -> array:
        """The vector of a text that may be found."""


class Listener:
    """The model of one process for its searches: one at a time, what was asked lately is remembered, never long."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._turn = Lock()
        self._known: OrderedDict[str, Vector] = OrderedDict()
        self._rests_until = 0.0

    def vector(self, text: str) -> Vector | None:
        """The vector of a query; None when the model is busy, resting or says nothing."""
        asked = " ".join(text.casefold().split())
        known = self._known.get(asked)
        if known is not None or not _WORD.search(asked) or clock.seconds() < self._rests_until:
            return known
        if not self._turn.acquire(timeout=MOST_WAIT_SECONDS):
            return None
        try:
            return self._computed(asked, text)
        finally:
            self._turn.release()

    def _computed(self, asked: str, text: str) -> Vector | None:
        begun = clock.seconds()
        try:
            vector = Vector.of(self.model.query(text))
        except Exception:  # A search is answered without the model, whatever happens in it.
            vector = None
        ended = clock.seconds()
        if vector is None or ended - begun > SLOW_SECONDS:
            self._rests_until = ended + REST_SECONDS
        if vector is not None:
            self._known[asked] = vector
            if len(self._known) > REMEMBERED_QUERIES:
                self._known.popitem(last=False)
        return vector


class Opinion:
    """The articles of one language of one index as the model sees them."""

    def __init__(self, vectors: Vectors, opened: OpenedLanguage, listen: Callable[[str], Vector | None]) -> None:
        """`listen` gives the vector of a query or None."""
        self._vectors, self._listen, self.opened = vectors, listen, opened
        known = vectors.places()
        places = ((document, known.get(opened.keys[document])) for document in range(opened.size))
        self._places = {document: place for document, place in places if place is not None}
        self._documents = {place: document for document, place in self._places.items()}
        self._among = list(self._documents)

    def on(self, typed: str, better: str | None) -> Nearness | None:
        """How near the articles are to a query as typed or, if it may be misspelt, as corrected; None for no answer."""
        vector = self._listen(typed) if self._places else None
        if vector is None:
            return None
        other = self._listen(better) if better else None
        return Nearness([(vector, 0.0)] + ([(other, DOUBT)] if other else []), self)

    def of(self, document: int) -> Vector | None:
        """The article's vector; None when it has none yet."""
        place = self._places.get(document)
        return None if place is None else self._vectors[place]

    def discard(self) -> None:
        """The vectors are damaged and have to be written again."""
        self._vectors.discard()

    def likely(self, vector: Vector) -> list[int]:
        """The articles that may be nearest, about as many as are measured."""
        return [self._documents[place] for place in self._vectors.likely(vector, MEASURED, self._among)]


class Nearness:
    """How near the articles are to one query: as near as to its nearest reading."""

    # So many articles of the ranking by words are wanted.
    width = OURS

    def __init__(self, readings: Sequence[tuple[Vector, float]], opinion: Opinion) -> None:
        """Of each reading how much is taken off."""
        self._readings, self._opinion = readings, opinion
        self._measures = [(reading.measure(), doubt) for reading, doubt in readings]

    def mixed(self, ranking: Ranking, *, category: str | None) -> Ranking:
        """The ranking with the model's opinion; only of the category, if one is named."""
        opinion = self._opinion
        try:
            likely = self._measured({one for reading, _ in self._readings for one in opinion.likely(reading)})
            likeness = self._measured(one.document for one in ranking.best if one.document not in likely) | likely
        except VectorsUnusable as error:
            log.warning("no search by meaning for now: %s", error)
            opinion.discard()
            return ranking
        return mixed(ranking, likeness, likely, opinion.opened, category=category)

    def _measured(self, documents: Iterable[int]) -> dict[int, float]:
        """The cosine of each that has a vector."""
        vectors = ((document, self._opinion.of(document)) for document in documents)
        return {
            document: max([measure(vector) - doubt for measure, doubt in self._measures])
            for document, vector in vectors
            if vector is not None
        }

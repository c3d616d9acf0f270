"""One thing that a query asks for."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter


@dataclass(slots=True)
class Concept:
    """One thing asked for: stems that mean it and how well (0 to 1); counts once however many occur."""

    word: str
    share: float = 1.0
    alternatives: dict[int, float] = field(default_factory=dict)
    phrases: dict[tuple[int, ...], float] = field(default_factory=dict)
    is_known: bool = False
    # The stems it may stand for, likeliest first, and how sure that is.
    readings: list[str] = field(default_factory=list)
    trust: float = 1.0
    corrections: list[str] = field(default_factory=list)
    # The stem of the typed word itself, if an article has it.
    number: int | None = None

    @property
    def is_guess(self) -> bool:
        """Whether no word is, or goes on from, what was typed: then it stands for others that are written like it."""
        return not self.is_known and (bool(self.corrections) or len(self.readings) < 2)

    def copy(self) -> "Concept":
        """Another concept for the same word, to which a query may add."""
        alternatives, readings = dict(self.alternatives), list(self.readings)
        return Concept(self.word, self.share, alternatives, {}, self.is_known, readings, self.trust, number=self.number)

    def offer(self, number: int | None, weight: float) -> None:
        """Adds an alternative or raises its weight."""
        if number is not None and weight > self.alternatives.get(number, 0.0):
            self.alternatives[number] = weight

    def offer_all(self, offered: Iterable[tuple[int, float]]) -> None:
        """Adds alternatives or raises their weights, without a call for each."""
        alternatives = self.alternatives
        for number, weight in offered:
            if weight > alternatives.get(number, 0.0):
                alternatives[number] = weight

    def keep_best(self, most: int) -> None:
        """Forgets all but the best alternatives."""
        if len(self.alternatives) > most:
            self.alternatives = dict(sorted(self.alternatives.items(), key=itemgetter(1), reverse=True)[:most])

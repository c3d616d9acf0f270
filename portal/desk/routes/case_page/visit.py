"""One look at a case: what all parts of its page are printed with, and how a form comes back with what was typed."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from portal.desk.access import Case
from portal.desk.advice import Advice
from portal.desk.routes.neighbours import Neighbours
from portal.foundation.rendering.pages import render_fragment
from portal.foundation.rendering.printed import Printed, printed

# A piece of the page; "" where it has nothing to show.
Part = Printed | str


@dataclass(frozen=True)
class Problem:
    """Why a form comes back: a sentence for each field that is wrong, the status, and all that was typed.

    A sentence below "" belongs to no field. `files` are sentences about files that were not taken.
    """

    faults: Mapping[str, str]
    status: int = 422
    typed: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[str] = ()

    def blames(self, *fields: str) -> bool:
        """Whether one of these fields is wrong."""
        return any(each in self.faults for each in fields)


@dataclass(frozen=True)
class Typed:
    """What stands in the forms of the page, by the names of their fields; in most visits nothing.

    `problem` is why one came back. One that was only loaded again is a `reload`, one that was looked over has `advice`.
    """

    text: Mapping[str, str]
    problem: Problem | None = None
    is_reload: bool = False
    advice: Advice | None = None


@dataclass(frozen=True)
class Visit:
    """A case at the moment at which somebody looks at it.

    `moment` writes the moments of the page. `here` is its address, below which the forms lead; `stamp` makes each of
    them count once. `neighbours` are the ways on from here.
    """

    case: Case
    now: datetime
    moment: Callable[[datetime], str]
    here: str
    stamp: str
    neighbours: Neighbours
    typed: Typed

    def part(self, template: str, shape: Mapping[str, Hashable], gaps: Mapping[str, object], **rest: Any) -> Part:
        """One part of the page, printed once for each shape, so that a visit only fills in what is its own.

        With anything typed it is printed with everything in it; `rest` is what it only needs then.
        """
        if not self.typed.text and self.typed.problem is None:
            return printed(template, shape, {"here": self.here, **gaps}, typed={}, problem=None)
        return self.whole(template, **shape, **gaps, **rest)

    def whole(self, template: str, **names: Any) -> Part:
        """A part that is another one each time."""
        text, problem = self.typed.text, self.typed.problem
        return render_fragment(template, here=self.here, moment=self.moment, typed=text, problem=problem, **names)

"""The box to the customer: what waits in it, and the form of an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import NamedTuple

from flask_babel import gettext as _

from portal.attachments.models import Attachment
from portal.desk.access import Case
from portal.desk.models import PendingAnswer
from portal.desk.queries.pending import NOTHING_HELD, Kept, Waiting, held_of
from portal.desk.routes.blueprint import staff
from portal.desk.routes.case_page.files import files_of_case, files_part
from portal.desk.routes.case_page.visit import Part, Visit
from portal.desk.routes.case_page.writing import articles_for, letter_for, replies_for
from portal.desk.words import spoken
from portal.questions.actions.answering import Then


class GoingOut(NamedTuple):
    """An answer that goes out in so many seconds, and what its files are called."""

    answer: Waiting
    seconds: int
    files: Sequence[str]


@dataclass(frozen=True)
class Box:
    """Answers that go out soon; and what belongs back into the form: an own one that did not, a draft, own files."""

    waiting: Sequence[GoingOut]
    returned: PendingAnswer | None
    draft: Kept | None
    files: Sequence[Attachment]

    @property
    def text(self) -> Mapping[str, str]:
        """What was typed and not sent, by the names of the fields; else the answer that did not go out."""
        if self.draft:
            return {name: str(text) for name, text in self.draft.content.items()}
        return {"body": self.returned.body, "then": self.returned.after} if self.returned else {}


def box_of(case: Case, now: datetime, *, is_typed: bool) -> Box:
    """What waits in a case; behind a form that was typed (`is_typed`) nothing that was kept comes back."""
    held = held_of(case.question.id, staff().id, now) if case.has.held else NOTHING_HELD
    files, names = files_of_case(case, held)
    waiting = [GoingOut(each, _seconds(each, now), names.get(each.row.id, ())) for each in held.waiting]
    if is_typed:
        return Box(waiting, None, None, files)
    return Box(waiting, held.returned, held.draft if held.is_newer else None, files)


def box_part(visit: Visit, box: Box) -> Part:
    """The whole box; greeting and closing stand in an empty one."""
    case, typed = visit.case, visit.typed
    letter, words = letter_for(case), typed.text.get("words", "")
    shape = {
        "replies": tuple([(each.slug, each.title) for each in replies_for(case)]),
        "thens": _thens(),
        "has_wishes": bool(case.customer.contact_wishes),
    }
    gaps = {
        "stamp": visit.stamp,
        # A form that was only loaded again keeps the mark of what its writer has seen.
        "seen": typed.text.get("seen", "") if typed.is_reload else case.newest,
        "name": case.customer.name,
        "email": case.customer.email,
        "wishes": case.customer.contact_wishes,
        "caret": str(letter.caret),
        "empty": letter.empty,
        "files": files_part(visit, box.files),
        "pending": _pending(visit, box),
    }
    articles = articles_for(case, words) if typed.is_reload else []
    return visit.part("desk/_writing.html", shape, gaps, articles=articles, advice=typed.advice)


def _pending(visit: Visit, box: Box) -> Part:
    pending = {"waiting": box.waiting, "returned": box.returned, "draft": box.draft}
    return visit.whole("desk/_pending.html", **pending, neighbours=visit.neighbours) if any(pending.values()) else ""


def _seconds(each: Waiting, now: datetime) -> int:
    return max(0, ceil((each.row.send_at - now).total_seconds()))


@spoken
def _thens() -> Sequence[tuple[str, str]]:
    """What follows an answer."""
    words = {
        Then.CUSTOMERS_TURN: _("It is the customer's turn"),
        Then.OUR_TURN: _("We go on, with a fresh promise"),
        Then.ASKS_BACK: _("We ask back, the clock stops"),
        Then.SOLVED: _("It is solved"),
    }
    return tuple((each.value, words[each]) for each in Then)

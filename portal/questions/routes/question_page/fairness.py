"""What the customer found fair, our answers, and whether there is something to say now."""

from typing import NamedTuple

from markupsafe import Markup

from portal.foundation import clock
from portal.foundation.rendering.pages import render_fragment
from portal.foundation.web.sessions import form_token
from portal.questions.actions.fairness import is_settled, wish_turn
from portal.questions.forms.fairness import WishForm
from portal.questions.models import FairnessRound
from portal.questions.past import had_missed, rounds_then
from portal.questions.queries import fairness_of
from portal.questions.routes.question_page.visit import Visit
from portal.questions.rules import Face
from portal.questions.thread.words import money


class Fairness(NamedTuple):
    """The part, and whether there is an answer of ours in it, which is read before one writes back."""

    part: Markup
    is_answered: bool


def fairness_of_visit(visit: Visit) -> Fairness:
    """Every round, and the form of the next one where there is a reason for it."""
    rounds, has_missed = _rounds(visit.question.id) if visit.opened.has_fairness else ([], False)
    has_reason = has_missed or (visit.rating is not None and visit.rating.face == Face.BAD)
    last = rounds[-1] if rounds else None
    turn = wish_turn(visit.question, rounds, has_reason=has_reason, now=visit.now)
    part = render_fragment(
        "questions/_fairness.html",
        question=visit.question,
        rounds=rounds,
        wish_turn=turn,
        can_agree=last is not None and last.answered_at is not None and not is_settled(last),
        wish_form=visit.forms.wish or (WishForm(formdata=None) if turn else None),
        token=form_token(),
        money=money,
    )
    return Fairness(part, any(each.answered_at for each in rounds))


def _rounds(question_id: int) -> tuple[list[FairnessRound], bool]:
    (rounds, has_missed), past = fairness_of(question_id), clock.past()
    return (rounds_then(rounds, past), had_missed(question_id, past)) if past else (rounds, has_missed)

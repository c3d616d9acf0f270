"""One look at a question: what the parts of its page are made of, and the forms that come back with what was typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from wtforms import Field

from portal.attachments.actions import Received
from portal.foundation import clock
from portal.foundation.forms import PersonForm
from portal.questions.access import OpenQuestion
from portal.questions.forms.fairness import WishForm
from portal.questions.forms.thread import ObjectionForm, RatingForm, ReplyForm
from portal.questions.models import Question, Rating
from portal.questions.past import rating_then
from portal.questions.queries import ended_promises, number_of
from portal.questions.routes.places import place_of
from portal.questions.rules import can_rate, can_reply
from portal.questions.thread import headline_of
from portal.questions.thread.headline import Headline, has_older_dates


@dataclass(frozen=True)
class Problem:
    """What is wrong with a form that comes back: the sentence, the field it belongs to, and the status.

    `others` are further faults of the same form, each as its place and its sentence.
    """

    sentence: str
    field: str = ""
    status: int = 422
    others: tuple[tuple[str, str], ...] = ()

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Everything that is wrong, as place and sentence."""
        return [(self.field, self.sentence), *self.others]


@dataclass(frozen=True)
class Typed:
    """What stands in a form: nothing, what was sent and refused, or what was kept."""

    text: str = ""
    choice: str = ""
    errors: Sequence[str] = ()
    choice_errors: Sequence[str] = ()


@dataclass
class Forms:
    """The forms of a page; those that come back are filled, `problem` says why."""

    reply: ReplyForm | None = None
    rating: RatingForm | None = None
    objection: ObjectionForm | None = None
    uploads: Received | None = None
    problem: Problem | None = None
    wish: WishForm | None = None


@dataclass(frozen=True)
class Visit:
    """A question at the moment at which somebody looks at it, with the forms that this visit brings back.

    `here` is its address, below which the forms lead. `merged_into` is the number of the question in which it goes on.
    `rating` is the judgement, where there is one to be shown.
    """

    opened: OpenQuestion
    now: datetime
    here: str
    headline: Headline
    merged_into: str | None
    can_reply: bool
    can_rate: bool
    rating: Rating | None
    forms: Forms

    @property
    def question(self) -> Question:
        return self.opened.question

    @property
    def tag(self) -> str:
        """What a browser shows again to ask whether the page is still the same."""
        return self.headline.tag(self.question.version)


def visit_of(opened: OpenQuestion, forms: Forms) -> Visit:
    """The question as it stands now."""
    question, now = opened.question, clock.now()
    is_over = can_rate(question.status, question.closed_by, is_answered=question.first_answered_at is not None)
    return Visit(
        opened=opened,
        now=now,
        here=place_of(question.number),
        headline=headline_of(opened, ended_promises(question.id) if has_older_dates(opened) else (), now),
        merged_into=number_of(question.merged_into_id, question.customer_id) if question.merged_into_id else None,
        can_reply=can_reply(question.status, question.reopen_until, now),
        can_rate=is_over,
        rating=_rating(opened) if is_over else None,
        forms=forms,
    )


def problem_of(form: PersonForm) -> Problem:
    """What is wrong with a form that was found wrong."""
    (place, sentence), *others = form.faults()
    return Problem(sentence, place, form.refused_status, tuple(others))


def typed_in(text: Field, choice: Field) -> Typed:
    """What stands in a form of a choice and a text that comes back."""
    return Typed(text.data or "", choice.data or "", errors_of(text), errors_of(choice))


def errors_of(field: Field) -> list[str]:
    """What is wrong with a field, as sentences."""
    return [str(each) for each in field.errors]


def _rating(opened: OpenQuestion) -> Rating | None:
    past = clock.past()
    return rating_then(opened.rating, opened.question.id, past) if past else opened.rating

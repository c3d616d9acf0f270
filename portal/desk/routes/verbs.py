"""What can be done with a case, each a form with one button."""

from collections.abc import Callable, Mapping
from datetime import time
from types import MappingProxyType
from typing import TypeVar

from flask import abort, request
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of
from portal.desk.access import case_of
from portal.desk.actions.assigning import NobodyOfOurs, assign_case
from portal.desk.actions.ending import mark_spam, treat_as_declaration
from portal.desk.actions.joining import link_cases, other_case, unlink_cases
from portal.desk.actions.moments import UnreadableDay, read_day, read_moment
from portal.desk.actions.tags import add_tag, read_tag, remove_tag
from portal.desk.actions.tending import drop_reminder, set_level, set_reminder, tick_step
from portal.desk.forms.case import (
    CancellationForm,
    DeskPress,
    EndForm,
    LevelForm,
    OtherForm,
    PersonChoice,
    PromiseForm,
    ReminderForm,
    StepForm,
    TagForm,
)
from portal.desk.routes.blueprint import bp, staff
from portal.desk.routes.case_page.level import step_name
from portal.desk.routes.case_page.page import refused, stopped, to_case
from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.errors import PortalError
from portal.foundation.forms import PersonForm, require_complete
from portal.foundation.i18n import current_language, local_time
from portal.foundation.security import read_id
from portal.journal.rules import Actor
from portal.leaving.rules.declarations import Kind
from portal.questions.actions.answering import wait_for_customer
from portal.questions.actions.closing import close_question, reopen_question, solve_question
from portal.questions.actions.moving import UnknownLevel, move_promise
from portal.questions.models import Question
from portal.questions.queries import service_levels
from portal.service_levels.errors import DateNotAhead

F = TypeVar("F", bound=PersonForm)
_END_OF_DAY, _MORNING = time(17), time(9)


def _done(
    number: str,
    form_of: Callable[[], F],
    act: Callable[[Question, F, Actor], None],
    where: str = "",
    elsewhere_blamed: Mapping[type[PortalError], str] = MappingProxyType({}),
    *,
    said: str = "",
    anchor: str = "",
) -> AnyResponse:
    """Load, validate, act, go back to the case, which says what was done (`said`) or shows the place (`anchor`).

    `where` is the field blamed, `elsewhere_blamed` the errors that belong to another one.
    """
    require_complete()
    question, form = case_of(number).question, form_of()
    if not form.validate():
        return refused(number, form)
    try:
        act(question, form, actor_of(staff()))
    except PortalError as error:
        return stopped(number, error, elsewhere_blamed.get(type(error), where))
    return to_case(question.number, anchor, said=said)


@bp.post("/questions/<number:number>/assignment")
def assign(number: str) -> AnyResponse:
    """Take a case, give it to somebody, or hand it over."""

    def act(question: Question, form: PersonChoice, by: Actor) -> None:
        chosen = str(form.user.data or "")
        user_id = read_id(chosen)
        if chosen and user_id is None:
            raise NobodyOfOurs
        assign_case(question.id, user_id, by=by, now=clock.now())

    return _done(number, PersonChoice, act, "user", said="assigned")


@bp.post("/questions/<number:number>/level")
def change_level(number: str) -> AnyResponse:
    """Another service level."""

    def act(question: Question, form: LevelForm, by: Actor) -> None:
        level, reason = str(form.level.data or ""), str(form.level_reason.data or "")
        set_level(question, level, reason=reason, by=by, now=clock.now())

    return _done(number, LevelForm, act, "level_reason", {UnknownLevel: "level"}, said="level")


@bp.post("/questions/<number:number>/promise")
def move(number: str) -> AnyResponse:
    """Promise another date, with the reason that the customer reads."""

    def act(question: Question, form: PromiseForm, by: Actor) -> None:
        day, at = str(form.promise_day.data or ""), str(form.promise_time.data or "")
        until = read_moment(day, at, COMPANY.here().zone, usual=_END_OF_DAY)
        move_promise(question.id, until, reason=str(form.promise_reason.data or ""), by=by, now=clock.now())

    return _done(number, PromiseForm, act, "promise_day", {DateNotAhead: _passed("promise")}, said="moved")


@bp.post("/questions/<number:number>/waiting")
def wait(number: str) -> AnyResponse:
    """It is the customer's turn."""

    def act(question: Question, _form: DeskPress, by: Actor) -> None:
        wait_for_customer(question.id, by=by, now=clock.now())

    return _done(number, DeskPress, act, said="waiting")


@bp.post("/questions/<number:number>/reminders")
def remind(number: str) -> AnyResponse:
    """Let the case come back at a time."""

    def act(question: Question, form: ReminderForm, by: Actor) -> None:
        day, at = str(form.remind_day.data or ""), str(form.remind_time.data or "")
        remind_at = read_moment(day, at, COMPANY.here().zone, usual=_MORNING)
        set_reminder(question.id, remind_at, remark=str(form.remark.data or ""), by=by, now=clock.now())

    return _done(number, ReminderForm, act, "remind_day", {DateNotAhead: _passed("remind")}, said="reminder")


@bp.post("/questions/<number:number>/reminders/<int:reminder_id>/removal")
def forget_reminder(number: str, reminder_id: int) -> AnyResponse:
    """Take an own reminder back."""

    def act(question: Question, _form: DeskPress, by: Actor) -> None:
        drop_reminder(question.id, reminder_id, by=by, now=clock.now())

    return _done(number, DeskPress, act, said="no-reminder")


@bp.post("/questions/<number:number>/steps")
def tick(number: str) -> AnyResponse:
    """A step of the level's list is done, or not after all."""

    def act(question: Question, form: StepForm, by: Actor) -> None:
        level = service_levels().level(question.level)
        texts = {step_name(level, at): text for at, text in enumerate(level.steps(current_language()))}
        name = str(form.step.data or "")
        if name not in texts:
            abort(404)
        tick_step(question.id, name, texts[name], is_done=form.is_done.data == "yes", by=by, now=clock.now())

    return _done(number, StepForm, act, anchor="steps")


@bp.post("/questions/<number:number>/links")
def link(number: str) -> AnyResponse:
    """Another case belongs to this one."""

    def act(question: Question, form: OtherForm, by: Actor) -> None:
        link_cases(question, other_case(question, str(form.other.data or "")), by=by, now=clock.now())

    return _done(number, OtherForm, act, "other", said="linked")


@bp.post("/questions/<number:number>/links/removal")
def unlink(number: str) -> AnyResponse:
    """It does not belong to this one after all."""

    def act(question: Question, form: OtherForm, by: Actor) -> None:
        unlink_cases(question, other_case(question, str(form.other.data or "")), by=by, now=clock.now())

    return _done(number, OtherForm, act, "other", said="unlinked")


@bp.post("/questions/<number:number>/tags")
def tag(number: str) -> AnyResponse:
    """Put a tag on the case."""

    def act(question: Question, form: TagForm, by: Actor) -> None:
        add_tag(question.id, read_tag(str(form.tag.data or "")), by=by, now=clock.now())

    return _done(number, TagForm, act, "tag", said="tagged")


@bp.post("/questions/<number:number>/tags/removal")
def untag(number: str) -> AnyResponse:
    """Take a tag off the case."""

    def act(question: Question, form: TagForm, by: Actor) -> None:
        remove_tag(question.id, str(form.tag.data or ""), by=by, now=clock.now())

    return _done(number, TagForm, act, said="untagged")


@bp.post("/questions/<number:number>/closure")
def close(number: str) -> AnyResponse:
    """The case ends: solved, or closed without a solution; the button decides."""
    is_solved = request.form.get("as") == "solved"

    def act(question: Question, form: EndForm, by: Actor) -> None:
        if is_solved:
            solve_question(question.id, by=by, now=clock.now())
        else:
            close_question(question.id, by=by, now=clock.now(), reason=str(form.end_reason.data or ""))

    return _done(number, EndForm, act, "end_reason", said="solved" if is_solved else "closed")


@bp.post("/questions/<number:number>/reopening")
def reopen(number: str) -> AnyResponse:
    """The case is open again, with a fresh promise."""

    def act(question: Question, form: EndForm, by: Actor) -> None:
        reopen_question(question.id, by=by, now=clock.now(), reason=str(form.end_reason.data or ""))

    return _done(number, EndForm, act, "end_reason", said="reopened")


@bp.post("/questions/<number:number>/spam")
def spam(number: str) -> AnyResponse:
    """Advertising: closed without a word to its sender."""

    def act(question: Question, _form: DeskPress, by: Actor) -> None:
        mark_spam(question.id, by=by, now=clock.now())

    return _done(number, DeskPress, act, said="spam")


@bp.post("/questions/<number:number>/cancellation")
def cancel(number: str) -> AnyResponse:
    """A message is a declaration; the moment of its arrival counts."""

    def act(question: Question, form: CancellationForm, by: Actor) -> None:
        message_id = read_id(str(form.message.data or ""))
        if message_id is None:
            abort(404)
        treat_as_declaration(question.id, message_id, _kind(str(form.kind.data)), by=by, now=clock.now())

    return _done(number, CancellationForm, act, "message", said="declared")


def _passed(fields: str) -> str:
    """Which of two fields is wrong when their moment has passed: the time of today, or the day."""
    try:
        is_today = read_day(request.form.get(f"{fields}_day", "")) == local_time(clock.now()).date()
    except UnreadableDay:
        is_today = False
    return f"{fields}_time" if is_today and request.form.get(f"{fields}_time", "").strip() else f"{fields}_day"


def _kind(written: str) -> Kind:
    return Kind.WITHDRAWAL if written == Kind.WITHDRAWAL else Kind.CANCELLATION

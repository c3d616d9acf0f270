"""The case page, put together: for a visit, and for a form that comes back with what was typed."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import Response, make_response, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from portal.contracts.queries import contracts_of
from portal.desk.access import Case
from portal.desk.actions.answering import THIRD
from portal.desk.history import Timeline, Words, timeline_of
from portal.desk.queries.books import booked_of
from portal.desk.queries.case import EARLIER_LIMIT, Beside, case_and_beside, marks_in
from portal.desk.queries.incidents import incidents_for_case
from portal.desk.queries.same_person import other_records, questions_elsewhere
from portal.desk.routes.blueprint import CASES, desk_page
from portal.desk.routes.case_page.entries import entries_part
from portal.desk.routes.case_page.fairness import fairness_parts
from portal.desk.routes.case_page.main import main_of
from portal.desk.routes.case_page.parts import (
    Incidents,
    Problem,
    Typed,
    level_part,
    moments,
    note_part,
    sheet_part,
    verbs_part,
    writing_part,
)
from portal.desk.routes.case_page.writing import writing_parts
from portal.desk.routes.neighbours import neighbours_of
from portal.desk.rules import Urgency, countdown
from portal.desk.words import moments_from, spoken, time_left_in_full, urgency_icon
from portal.foundation import clock
from portal.foundation.errors import PortalError
from portal.foundation.forms import PersonForm
from portal.foundation.i18n import current_language, local_time
from portal.foundation.security import read_id
from portal.leaving.rules.hints import seems_declaration
from portal.questions.actions.answering import Then
from portal.questions.models import Question
from portal.questions.queries import desk_hours, service_levels
from portal.questions.rules import ClosedBy, CustomerState, Face, customer_state, is_begun
from portal.questions.thread.headline import date_named
from portal.questions.thread.text import answer_text, customer_text
from portal.questions.thread.words import face_word
from portal.questions.topics import TOPICS_FILE
from portal.service_levels.levels import ServiceLevel
from portal.service_levels.promises import Outcome


class Step(NamedTuple):
    """A step of the level's list, and who did it."""

    name: str
    text: str
    done_by: str
    done_at: datetime | None


def case_page(
    number: str, problem: Problem | None = None, *, typed: Mapping[str, str] | None = None, advice: object = None
) -> Response:
    """The whole page, read anew; with a problem it has that one's status and what was typed.

    `typed` without a problem is a form that was only loaded again, with `advice` one that was looked over.
    """
    before = _before()
    (case, beside), now = case_and_beside(number, before=before), clock.now()
    writing = writing_parts(case, (problem.typed if problem else typed) or {}, is_reload=typed is not None)
    context = {**moments(now), **_forms(problem), "advice": advice}
    words = Words({row.id: row.name for row in beside.people}, now, current_language())
    context |= _about(case, beside, timeline_of(case, beside, words, before=before), now)
    context |= _marks(case, beside) | _promises(case, beside, now)
    context |= _printed(case, context, writing, Typed(writing["typed"], problem))
    return Response(desk_page("desk/case.html", *main_of(case, context)), problem.status if problem else 200)


def refused(number: str, form: PersonForm, where: str = "") -> Response:
    """The page with a form that was not filled in rightly; `where` names the field when the page calls it otherwise."""
    return case_page(number, refusal_of(form, where))


def refusal_of(form: PersonForm, where: str = "") -> Problem:
    """Everything that is wrong with a form, and all that was typed in it."""
    faults = {"" if name == "token" else where or name: str(sentences[0]) for name, sentences in form.errors.items()}
    return Problem(faults, form.refused_status, request.form.to_dict())


def stopped(number: str, error: PortalError, where: str = "") -> Response:
    """The page as it is now, with why something could not be done."""
    return case_page(number, problem_of(error, where))


def problem_of(error: PortalError, where: str) -> Problem:
    """Why something could not be done, and all that was typed."""
    return Problem({where: str(error)}, error.status, request.form.to_dict())


def to_case(number: str, anchor: str = "", *, said: str = "") -> AnyResponse:
    """Back to the case after something was done, to a place of it or with a sentence (`case_said`)."""
    response = make_response("", 303)
    response.headers["Location"] = url_for("desk.case", number=number, _anchor=anchor or None, said=said or None)
    return response


def step_name(level: ServiceLevel, position: int) -> str:
    """The name of a step: it stays the same in every language."""
    return f"{level.slug}:{position}"


def _before() -> int | None:
    """The message before which the page ends; None for the newest ones and for anything that is none."""
    # Most visits ask for nothing; to take that apart would cost as much as a small statement.
    return read_id(request.args.get("before", "")) if request.query_string else None


def _about(case: Case, beside: Beside, timeline: Timeline, now: datetime) -> dict[str, Any]:
    """The question, its customer, and the conversation."""
    question, language, rows = case.question, current_language(), beside.earlier
    topics = TOPICS_FILE.here().topics
    topic = topics.get(question.topic)
    return {
        "case": case,
        # Two dozen forms lead to places below this one.
        "here": f"{CASES}{question.number}",
        "cases": CASES,
        "question": question,
        "customer": case.customer,
        "timeline": timeline,
        "history": entries_part(timeline.entries, moments_from(now)),
        "seems": _seems(timeline),
        "neighbours": neighbours_of(question),
        "people": beside.people,
        "topic_name": topics.name(question.topic, language),
        "facts": list(topic.fact_lines(question.facts, language)) if topic else list(question.facts.items()),
        "contracts": contracts_of(case.customer.id) if case.has.contracts else (),
        "booked": booked_of(case.customer.id) if case.has.books else None,
        "records": other_records(case.customer.id) if case.has.same_person else (),
        "elsewhere": [(row, state_of(row)) for row in _elsewhere(case)],
        "today": local_time(now).date(),
        "earlier": [(row, state_of(row), *_judged(row)) for row in rows if row.id != question.id][:EARLIER_LIMIT],
        "judgement": next((_judged(row) for row in rows if row.id == question.id), ("", "")),
        "state": state_of(question),
        "is_third": case.persons >= THIRD,
        "is_merged": question.closed_by == ClosedBy.MERGE,
        "is_spam": question.closed_by == ClosedBy.SPAM,
    }


def _elsewhere(case: Case) -> Sequence[Any]:
    """The newest questions under other addresses of the same person."""
    return questions_elsewhere(case.customer.id) if case.has.same_person else ()


def _seems(timeline: Any) -> str:
    """What one of the customer's messages reads like: a hint to staff, nothing more."""
    found = (seems_declaration(each.text) for each in timeline.entries if each.kind == "customer")
    return next((word for word in found if word), "")


def _marks(case: Case, beside: Beside) -> dict[str, Any]:
    """What staff put on the case, and the level they work by."""
    question, language = case.question, current_language()
    entries = {row.line: row for row in beside.sheet}
    written = max((each.changed_at for each in entries.values() if each.text), default=None)
    wrote = question.last_customer_message_at
    return {
        "marks": marks_in(beside.marks),
        "level_texts": service_levels().level(question.level).in_language(language),
        "entries": entries,
        "is_sheet_old": written is not None and wrote is not None and written <= wrote,
        **fairness_parts(case),
        "incidents": _incidents(question, language) if case.has.incidents else Incidents((), ()),
    }


def _incidents(question: Question, language: str) -> Incidents:
    """Those that last, and those that the case belongs to, each with its title; one statement."""
    rows = incidents_for_case(question.id)
    named = [(row, (row.texts.get(language) or next(iter(row.texts.values())))["title"], is_in) for row, is_in in rows]
    return Incidents(
        [(row.id, title) for row, title, is_in in named if is_in],
        [(row.id, title) for row, title, is_in in named if not is_in],
    )


def _printed(case: Case, given: Mapping[str, Any], writing: Mapping[str, Any], typed: Typed) -> dict[str, Any]:
    """The parts of the page that are forms."""
    question, marks, is_merged = case.question, given["marks"], given["is_merged"]
    levels, language = service_levels(), current_language()
    level = {
        "level_texts": given["level_texts"],
        "proposed": levels.level(question.proposed_level).name(language),
        "steps": tuple(_steps(levels.level(question.level), language, marks.ticks)),
    }
    none = Markup("")
    return {
        "typed": typed.text,
        "verbs": none if is_merged else verbs_part(case, marks, given["timeline"], given, typed),
        "sheet": sheet_part(given["entries"], given, typed),
        "level_part": level_part(level, given, has_ticks=bool(marks.ticks)),
        "note": none if is_merged else note_part(given["here"], given["stamp"], typed),
        "writing": none if is_merged else writing_part(case, writing, given, typed),
    }


def _promises(case: Case, beside: Beside, now: datetime) -> dict[str, Any]:
    """The running promise with its countdown, and those that have ended."""
    due = case.question.answer_due_at
    left = countdown(desk_hours("de"), due, now) if due else None
    ledger = [(entry, _outcome_word(Outcome(entry.outcome))) for entry in reversed(beside.promises)]
    return {
        "countdown": left,
        "time_left": time_left_in_full(left) if left else "",
        "named": date_named(case.question, now) if left and left.urgency is Urgency.OVERDUE else None,
        "urgency_icon": urgency_icon(left.urgency) if left else "",
        "ledger": ledger,
    }


def _forms(problem: Problem | None) -> dict[str, Any]:
    return {
        "problem": problem,
        # A form that was refused keeps its stamp; one that met something newer begins anew.
        "stamp": secrets.token_urlsafe(24),
        "thens": _thens(),
        "answer_text": answer_text,
        "customer_text": customer_text,
    }


@spoken
def _thens() -> Sequence[tuple[str, str]]:
    return tuple((each.value, then_word(each)) for each in Then)


@spoken
def then_word(then: Then) -> str:
    """What follows an answer."""
    return {
        Then.CUSTOMERS_TURN: _("It is the customer's turn"),
        Then.OUR_TURN: _("We go on, with a fresh promise"),
        Then.ASKS_BACK: _("We ask back, the clock stops"),
        Then.SOLVED: _("It is solved"),
    }[then]


@spoken
def _outcome_word(outcome: Outcome) -> str:
    return {
        Outcome.KEPT: _("kept"),
        Outcome.MISSED: _("missed"),
        Outcome.MOVED: _("moved"),
        Outcome.REPLACED: _("replaced"),
        Outcome.DROPPED: _("no longer our turn"),
    }[outcome]


def _steps(level: ServiceLevel, language: str, ticks: Mapping[str, Any]) -> list[Step]:
    found = []
    for position, text in enumerate(level.steps(language)):
        name = step_name(level, position)
        tick = ticks.get(name)
        found.append(Step(name, text, tick.author_name if tick else "", tick.ticked_at if tick else None))
    return found


def state_of(question: Any) -> tuple[str, str]:
    """Name and word of a question's state, as the desk says it."""
    in_work = is_begun(question.first_answered_at, question.assignee_id, question.begun_at)
    state = customer_state(question.status, is_in_work=in_work, is_solved=question.solved_at is not None)
    return state.value, state_word(state)


@spoken
def state_word(state: CustomerState) -> str:
    """What the desk calls a state."""
    return {
        CustomerState.RECEIVED: _("new"),
        CustomerState.IN_WORK: _("in work"),
        CustomerState.YOUR_TURN: _("waits for customer"),
        CustomerState.SOLVED: _("solved"),
        CustomerState.CLOSED: _("closed"),
    }[state]


def _judged(row: Any) -> tuple[str, str]:
    return (face_word(Face(row.face)), row.sentence) if row.face else ("", "")

"""The page of a case put together: its head, what few cases have in it, and the parts below."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote_plus

from flask import current_app, request
from flask_babel import gettext as _

from portal.desk.actions.answering import THIRD
from portal.desk.history import Timeline
from portal.desk.queries.case import Marks
from portal.desk.routes.blueprint import CASES, desk_page
from portal.desk.routes.case_page.visit import Part, Problem, Visit
from portal.desk.rules import Urgency, countdown
from portal.desk.words import case_said, state_of, tag_word, time_left_in_full, urgency_icon
from portal.foundation.i18n import current_language
from portal.foundation.rendering.printed import printed, printed_rows
from portal.questions.models import Question
from portal.questions.queries import desk_hours, service_levels
from portal.questions.rules import ClosedBy, Status
from portal.questions.thread.headline import date_named
from portal.questions.topics import TOPICS_FILE

_LINK, _LINKS = {"kind": "link"}, {"kind": "list"}
# What must be so where the page says that it was done.
_HOLDS: Mapping[str, Callable[[Question], bool]] = {
    "closed": lambda question: question.status == Status.CLOSED,
    "reopened": lambda question: question.status != Status.CLOSED,
    "solved": lambda question: question.status == Status.CLOSED and question.solved_at is not None,
    "waiting": lambda question: question.status == Status.WAITING,
}


class Parts(NamedTuple):
    """What stands below the head, as printed."""

    verbs: Part
    sheet: Part
    fairness: Part
    history: Part
    writing: Part
    note: Part
    record: Part
    level: Part
    ledger: Part


def page_of(visit: Visit, timeline: Timeline, marks: Marks, parts: Parts) -> str:
    """The whole page: everything about one question."""
    case, question = visit.case, visit.case.question
    (state, state_word), language, due = state_of(question), current_language(), question.answer_due_at
    left = countdown(desk_hours("de"), due, visit.now) if due else None
    # What the customer's page names in the place of a missed date.
    named = date_named(question, visit.now) if left and left.urgency is Urgency.OVERDUE else None
    shape = {
        "source": question.source,
        "turn": _turn(question),
        "is_first": question.first_answered_at is None,
        "is_late": named is not None,
        "icon_name": urgency_icon(left.urgency) if left else "",
        "has_assignee": case.assignee is not None,
        "persons": "third" if case.persons >= THIRD else "more" if case.persons > 1 else "",
        "has_earlier": timeline.earlier is not None,
        "has_later": timeline.later,
        "has_ledger": bool(parts.ledger),
    }
    gaps = {
        **parts._asdict(),
        **_seldom(visit, marks, parts),
        "here": visit.here,
        "number": question.number,
        "subject": question.subject,
        "topic_name": TOPICS_FILE.here().topics.name(question.topic, language),
        "level_name": service_levels().level(question.level).name(language),
        "state": state.replace("_", "-"),
        "state_word": state_word,
        "urgency": left.urgency.value if left else "",
        "time_left": time_left_in_full(left) if left else "",
        "due_at": due.isoformat(timespec="seconds") if due else "",
        "due": _written(visit, due),
        "named": _written(visit, named),
        "since": _written(visit, question.waiting_since),
        "closing": _written(visit, question.close_at),
        "closed": _written(visit, question.closed_at),
        "assignee": case.assignee.name if case.assignee else "",
        "count": str(case.persons),
        "newest": case.newest,
        "earlier": str(timeline.earlier),
        "list_word": visit.neighbours.word,
        "list_url": visit.neighbours.list_url,
        "next_url": visit.neighbours.next_url,
        "previous_url": visit.neighbours.previous_url,
    }
    return desk_page("desk/case.html", shape, gaps)


def _turn(question: Question) -> str:
    """What the head says of the time: whose turn it is, or that it is over."""
    if question.answer_due_at:
        return "due"
    if question.close_at:
        return "waiting"
    if question.closed_at:
        return "spam" if question.closed_by == ClosedBy.SPAM else "closed"
    return ""


def _written(visit: Visit, value: datetime | None) -> str:
    return visit.moment(value) if value else ""


def _seldom(visit: Visit, marks: Marks, parts: Parts) -> dict[str, Part]:
    """What few cases have: a form that came back, what was just done, the case this one went into, tags."""
    problem, went = visit.typed.problem, [each for each in marks.links if each.kind == "into"]
    said = "" if problem else _said(request.args.get("said", ""), visit, marks)
    found: dict[str, Part] = {"problem": "", "said": "", "into": "", "tags": _tags(marks.tags) if marks.tags else ""}
    if problem or said or went:
        macros: Any = current_app.jinja_env.get_template("desk/_seldom.html").module
        found["problem"] = macros.problem_of(_leading(problem, parts)) if problem else ""
        found["said"] = macros.said_of(said) if said else ""
        found["into"] = macros.into_of(went, CASES) if went else ""
    return found


def _said(done: str, visit: Visit, marks: Marks) -> str:
    """What was just done with the case; of a reminder also when it comes. Never what somebody faster has prevented."""
    if done in _HOLDS and not _HOLDS[done](visit.case.question):
        return _("Nothing was changed: somebody was faster. Please look at how things stand.")
    if done == "reminder" and marks.reminders:
        newest = max(marks.reminders, key=lambda each: each.id)
        return _("You will be reminded: %(date)s.", date=visit.moment(newest.remind_at))
    return case_said(done)


def _leading(problem: Problem, parts: Parts) -> list[tuple[str, str]]:
    """Field and sentence of each fault; no field where it has gone, as when a case was merged or closed."""
    return [
        (name if any(f'id="{name}"' in part for part in parts) else "", sentence)
        for name, sentence in problem.faults.items()
    ]


def _tags(tags: Iterable[str]) -> Part:
    rows = [(_LINK, {"word": tag_word(tag), "asked": quote_plus(tag)}) for tag in tags]
    return printed("desk/_tag.html", _LINKS, {"links": printed_rows("desk/_tag.html", rows)})

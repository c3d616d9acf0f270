"""What stands on the case page, put together: head, columns, and the parts that others have printed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from flask import current_app, request
from markupsafe import Markup

from portal.desk.access import Case
from portal.desk.routes.case_page.record import ledger_part, record_part
from portal.desk.words import case_said, tag_word
from portal.foundation.rendering.pages import render_fragment
from portal.foundation.rendering.printed import Printed, printed, printed_rows

_NONE = ""
_LINK, _LINKS = {"kind": "link"}, {"kind": "list"}
# What others have printed, by its name.
_PARTS = ("verbs", "sheet", "writing", "note", "level_part", "history")


def main_of(case: Case, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Shape and gaps of everything about one question; `given` is what the page knows, with the forms as printed."""
    question, timeline, moment = case.question, given["timeline"], given["moment"]
    shape = {
        "source": question.source,
        "turn": _turn(case, given),
        "is_first": question.first_answered_at is None,
        "is_late": given["named"] is not None,
        "icon_name": given["urgency_icon"],
        "has_assignee": case.assignee is not None,
        "persons": "third" if given["is_third"] else "more" if case.persons > 1 else "",
        "has_earlier": timeline.earlier is not None,
        "has_later": timeline.later,
        "has_ledger": bool(given["ledger"]),
    }
    gaps = {
        **{name: given[name] for name in (*_PARTS, "here", "topic_name", "time_left")},
        **_moments(question, given["named"], moment),
        "number": question.number,
        "subject": question.subject,
        "level_name": given["level_texts"].name,
        "state": given["state"][0].replace("_", "-"),
        "state_word": given["state"][1],
        "urgency": given["countdown"].urgency.value if given["countdown"] else "",
        "assignee": case.assignee.name if case.assignee else "",
        "count": str(case.persons),
        "newest": case.newest,
        "earlier": str(timeline.earlier),
        "record": record_part(case, given),
        "ledger": ledger_part(given["ledger"], moment),
        "list_word": given["neighbours"].word,
        "list_url": given["neighbours"].list_url,
        "next_url": given["neighbours"].next_url,
        "previous_url": given["neighbours"].previous_url,
        **_seldom(given),
    }
    return shape, gaps


def _turn(case: Case, given: Mapping[str, Any]) -> str:
    if given["countdown"]:
        return "due"
    if case.question.close_at:
        return "waiting"
    if case.question.closed_at:
        return "spam" if given["is_spam"] else "closed"
    return ""


def _moments(question: Any, named: datetime | None, moment: Any) -> dict[str, str]:
    """The moments of the head, as the page writes them; `named` is the date in the place of a missed one."""

    def written(value: datetime | None) -> str:
        return moment(value) if value else ""

    due = question.answer_due_at
    return {
        "due_at": due.isoformat(timespec="seconds") if due else "",
        "due": written(due),
        "named": written(named),
        "since": written(question.waiting_since),
        "closing": written(question.close_at),
        "closed": written(question.closed_at),
    }


def _leading(faults: Mapping[str, str], printed: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Field and sentence of each fault; no field where it has gone, as when a case was merged or closed."""
    page = [printed[part] for part in (*_PARTS, "fairness")]
    return [
        (name if any(f'id="{name}"' in part for part in page) else "", sentence) for name, sentence in faults.items()
    ]


def _seldom(given: Mapping[str, Any]) -> dict[str, Printed | Markup | str]:
    """What few cases have: a form that came back, what was just done, other cases of this matter, tags, fairness."""
    problem, marks = given["problem"], given["marks"]
    went = [each for each in marks.links if each.kind == "into"]
    said = "" if problem else case_said(request.args.get("said", ""))
    found: dict[str, Printed | Markup | str] = dict.fromkeys(("problem", "said", "into", "tags", "fairness"), _NONE)
    if given["fairness"]:
        found["fairness"] = Markup(render_fragment("desk/_fairness.html", **given))  # noqa: S704
    if problem or said or went:
        macros: Any = current_app.jinja_env.get_template("desk/_seldom.html").module
        found["problem"] = macros.problem_of(_leading(problem.faults, {**given, **found})) if problem else _NONE
        found["said"] = macros.said_of(said) if said else _NONE
        found["into"] = macros.into_of(went, given["cases"]) if went else _NONE
    if marks.tags:
        tags = [(_LINK, {"word": tag_word(tag), "asked": quote_plus(tag)}) for tag in marks.tags]
        links = printed_rows("desk/_tag.html", tags)
        found["tags"] = printed("desk/_tag.html", _LINKS, {"links": links})
    return found

"""The forms of the case page: printed once for each shape of a case, so that a visit only fills in what is its own.

A form that comes back with what was typed is printed by the same templates, with everything in them.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import current_app
from jinja2.filters import do_truncate
from markupsafe import Markup

from portal.desk.access import Case
from portal.desk.history import Entry, Timeline
from portal.desk.queries.case import Marks
from portal.desk.routes.blueprint import staff
from portal.desk.routes.case_page.files import files_part
from portal.desk.rules import FlagKind
from portal.desk.words import flag_word, moments_from, spoken, tag_word
from portal.foundation.company import COMPANY
from portal.foundation.i18n import current_language
from portal.foundation.rendering.pages import known_url, render_fragment
from portal.foundation.rendering.printed import Printed, printed, printed_rows
from portal.foundation.security import read_id
from portal.questions.models import SheetEntry
from portal.questions.offers import answers_by_number
from portal.questions.queries import service_levels
from portal.questions.rules import SheetLine, Status
from portal.questions.thread.articles import numbers_in
from portal.questions.thread.words import sheet_label

Choices = Sequence[tuple[int, str]]
Part = Printed | Markup
_REMOVAL = {"kind": "removal"}
_MOST_FLAGGABLE = 20


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
    """What a form brought along; most visits bring nothing."""

    text: Mapping[str, str]
    problem: Problem | None = None

    def part(self, template: str, shape: Mapping[str, Hashable], gaps: Mapping[str, object], **rest: Any) -> Part:
        """One part of the page; `rest` is what only a page has that comes back."""
        if not self.text and self.problem is None:
            return printed(template, shape, gaps, typed={}, problem=None)
        names = {**shape, **gaps, **rest, "gap": gaps.get}
        return Markup(render_fragment(template, typed=self.text, problem=self.problem, **names))  # noqa: S704


@dataclass(frozen=True)
class Incidents:
    """Those that a case belongs to, and those that last, each with its title."""

    own: Choices
    lasting: Choices


def verbs_part(case: Case, marks: Marks, timeline: Timeline, given: Mapping[str, Any], typed: Typed) -> Part:
    """Everything that can be done with a case; `given` is what the page knows besides."""
    question, assignee, me = case.question, case.assignee, staff().id
    own = [each for each in timeline.entries if each.kind == "customer" and not each.is_withdrawn]
    incidents: Incidents = given["incidents"]
    levels, language = service_levels(), current_language()
    shape = {
        "is_mine": assignee is not None and assignee.id == me,
        "is_answered": question.first_answered_at is not None,
        "is_handed_over": assignee is not None and question.first_answered_at is not None,
        "is_promised": question.answer_due_at is not None,
        "is_open": question.status == Status.OPEN,
        "is_closed": question.closed_at is not None,
        "is_incident": bool(incidents.lasting),
        "can_ask_fair": given["can_ask_fair"],
        "has_own": bool(own),
        "seems": given["seems"],
        "flag_kinds": _flag_kinds(),
        "level": question.level,
        "levels": tuple([(each.slug, each.name(language)) for each in levels.levels.values()]),
        "proposed": levels.level(question.proposed_level).name(language),
    }
    chosen = read_id(typed.text.get("user", "")) or (assignee.id if assignee else None)
    people = {"people": tuple(given["people"]), "chosen": chosen}
    gaps = {
        **{name: given[name] for name in ("here", "stamp", "tomorrow")},
        "me": str(me),
        "number": question.number,
        "newest": case.newest,
        "drafting": known_url("editing.proposals").removesuffix("proposals") + f"from/{question.number}",
        "people": printed("desk/_people.html", people, {}),
        "tag_count": f" ({len(marks.tags)})" if marks.tags else "",
        "incident_count": f" ({len(incidents.own)})" if incidents.own else "",
        **_lists(marks, own, incidents, given),
    }
    offered = _flaggable(case, timeline, typed)
    shape["has_flaggable"], gaps["flaggable"] = bool(offered), offered
    return typed.part("desk/_verbs.html", shape, gaps)


def _lists(marks: Marks, own: Sequence[Any], incidents: Incidents, given: Mapping[str, Any]) -> dict[str, Part | str]:
    """What is listed inside the verbs; mostly nothing but the customer's messages."""
    here, moment, none = given["here"], given["moment"], ""
    return {
        "reminders": _listing().reminders_of(marks.reminders, here, moment) if marks.reminders else none,
        "tags": Markup("").join(_removable(tag, here) for tag in marks.tags) if marks.tags else none,
        "incidents": _listing().incidents_of(incidents.own, here) if incidents.own else none,
        "lasting": _listing().lasting_options(incidents.lasting) if incidents.lasting else none,
        "own": printed_rows("desk/_message_option.html", (_option(each, moment) for each in own)),
    }


def _flaggable(case: Case, timeline: Timeline, typed: Typed) -> Part:
    """The articles of this case, to say that something is wrong with one: as options, none twice."""
    chosen = typed.text.get("flagged") or (typed.text.get("article", "") if typed.text.get("do") == "flag" else "")
    numbers = [case.question.article_number] if case.question.article_number else []
    texts = [each.text for each in timeline.entries if each.kind == "staff"] + [typed.text.get("body", "")]
    numbers += [number for text in texts if "/faq/" in text for number in numbers_in(text)]
    numbers += [int(chosen)] if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 else []
    found = answers_by_number(list(dict.fromkeys(numbers))[:_MOST_FLAGGABLE], case.question.language)
    rows = [({"is_chosen": str(each.number) == chosen}, {"number": each.number, "title": each.title}) for each in found]
    return printed_rows("desk/_flag_option.html", rows) if rows else Markup("")


@spoken
def _flag_kinds() -> Sequence[tuple[str, str]]:
    return tuple((each.value, flag_word(each.value)) for each in FlagKind)


def _removable(tag: str, here: str) -> Part:
    return printed("desk/_tag.html", _REMOVAL, {"here": here, "tag": tag, "word": tag_word(tag)})


def _listing() -> Any:
    """What few cases have in their verbs."""
    return current_app.jinja_env.get_template("desk/_verb_lists.html").module


def _option(entry: Entry, moment: Callable[[datetime], str]) -> tuple[Mapping[str, Hashable], Mapping[str, object]]:
    text = do_truncate(current_app.jinja_env, entry.text, 60)
    return {}, {"id": str(entry.id), "when": moment(entry.at), "text": text}


class LineOfSheet(NamedTuple):
    """A line of the case sheet, written or not."""

    name: str
    label: str
    text: str
    entry: SheetEntry | None


def sheet_part(entries: Mapping[str, SheetEntry], given: Mapping[str, Any], typed: Typed) -> Part:
    """The case sheet; one on which nothing was written is the same for every case."""
    if not entries:
        return typed.part("desk/_sheet.html", _empty_sheet(), {"here": given["here"]})
    lines = tuple(_line(line, entries.get(line.value)) for line in SheetLine)
    shape = {"sheet": lines, "is_sheet_old": given["is_sheet_old"]}
    names = {name: given[name] for name in ("here", "moment", "customer_text")}
    rest = {"typed": typed.text, "problem": typed.problem}
    return Markup(render_fragment("desk/_sheet.html", **shape, **names, **rest))  # noqa: S704


@spoken
def _empty_sheet() -> Mapping[str, Hashable]:
    return {"sheet": tuple(_line(line, None) for line in SheetLine), "is_sheet_old": False}


def _line(line: SheetLine, entry: SheetEntry | None) -> LineOfSheet:
    return LineOfSheet(line.value, sheet_label(line), entry.text if entry else "", entry)


def note_part(here: str, stamp: str, typed: Typed) -> Part:
    """The form of an internal note."""
    return typed.part("desk/_note.html", {}, {"here": here, "stamp": stamp})


def writing_part(case: Case, writing: Mapping[str, Any], given: Mapping[str, Any], typed: Typed) -> Part:
    """The box to the customer; `writing` is what stands ready in it."""
    letter = writing["letter"]
    pending = {name: writing[name] for name in ("waiting", "returned", "draft")}
    shape = {
        "replies": tuple([(each.slug, each.title) for each in writing["replies"]]),
        "thens": given["thens"],
    }
    gaps = {
        "here": given["here"],
        "stamp": given["stamp"],
        "seen": writing["seen"],
        "name": case.customer.name,
        "email": case.customer.email,
        "caret": str(letter.caret),
        "empty": letter.empty,
        "files": files_part(case.question.number, given["here"], writing["files"], _refused(typed)),
        "pending": _pending(pending, given) if any(pending.values()) else "",
    }
    rest = {"articles": writing["articles"], "advice": given["advice"]}
    return typed.part("desk/_writing.html", shape, gaps, **rest)


def _refused(typed: Typed) -> Sequence[str]:
    return typed.problem.files if typed.problem else ()


def _pending(pending: Mapping[str, Any], given: Mapping[str, Any]) -> Markup:
    names = {name: given[name] for name in ("here", "moment", "answer_text", "neighbours")}
    return Markup(render_fragment("desk/_pending.html", **pending, **names))  # noqa: S704


def level_part(shape: Mapping[str, Hashable], given: Mapping[str, Any], *, has_ticks: bool) -> Part:
    """The level with its criteria, its steps and the words that help; ticked steps say by whom and when."""
    if not has_ticks:
        return printed("desk/_level.html", shape, {"here": given["here"]})
    return Markup(render_fragment("desk/_level.html", here=given["here"], moment=given["moment"], **shape))  # noqa: S704


def moments(now: datetime) -> dict[str, Any]:
    """How the page writes moments, and the day that a reminder proposes."""
    zone = COMPANY.here().zone
    tomorrow = (now + timedelta(days=1)).astimezone(zone).date()
    return {"moment": moments_from(now), "tomorrow": f"{tomorrow:%d.%m.%Y}"}

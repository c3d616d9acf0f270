"""Everything that can be done with a case."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from jinja2.filters import do_truncate
from markupsafe import Markup

from portal.desk.access import Case
from portal.desk.history import Entry
from portal.desk.queries.case import Marks
from portal.desk.queries.incidents import incidents_for_case
from portal.desk.routes.blueprint import staff
from portal.desk.routes.case_page.visit import Part, Visit
from portal.desk.rules import FlagKind
from portal.desk.words import flag_word, levels_in_words, spoken, tag_word
from portal.foundation.company import COMPANY
from portal.foundation.i18n import current_language
from portal.foundation.rendering.pages import known_url
from portal.foundation.rendering.printed import Row, printed, printed_rows
from portal.foundation.security import read_id
from portal.incidents.words import title_of
from portal.leaving.rules.hints import seems_declaration
from portal.questions.offers import answers_by_number
from portal.questions.queries import service_levels
from portal.questions.rules import ClosedBy, Status
from portal.questions.thread.articles import numbers_in

Titles = Sequence[tuple[int, str]]
_REMOVAL = {"kind": "removal"}
_MOST_FLAGGABLE = 20


def verbs_part(visit: Visit, entries: Sequence[Entry], marks: Marks, people: Sequence[Any]) -> Part:
    """Every verb with its form; `people` are those who can be responsible."""
    case, question, assignee = visit.case, visit.case.question, visit.case.assignee
    me = staff().id
    asked = [each for each in entries if each.kind == "customer"]
    own = [each for each in asked if not each.is_withdrawn]
    incidents, lasting = _incidents(case)
    flaggable = _flaggable(visit, entries)
    shape = {
        "is_mine": assignee is not None and assignee.id == me,
        "is_answered": question.first_answered_at is not None,
        "is_handed_over": assignee is not None and question.first_answered_at is not None,
        "is_promised": question.answer_due_at is not None,
        "is_open": question.status == Status.OPEN,
        "is_closed": question.closed_at is not None,
        "is_incident": bool(lasting),
        "can_ask_fair": not case.has.rounds and question.closed_by != ClosedBy.SPAM,
        "has_own": bool(own),
        # What one of the customer's messages reads like: a hint to staff, nothing more.
        "seems": next(filter(None, (seems_declaration(each.text) for each in asked)), ""),
        "flag_kinds": _flag_kinds(),
        "level": question.level,
        "levels": levels_in_words(),
        "proposed": service_levels().level(question.proposed_level).name(current_language()),
        "has_flaggable": bool(flaggable),
    }
    gaps = {
        "stamp": visit.stamp,
        "me": str(me),
        "number": question.number,
        "newest": case.newest,
        "drafting": known_url("editing.proposals").removesuffix("proposals") + f"from/{question.number}",
        "people": _people(visit, people),
        "tomorrow": _tomorrow(visit.now),
        "flaggable": flaggable,
        "own": printed_rows("desk/_message_option.html", _options(own, visit.moment)),
        "lasting": _listing().lasting_options(lasting) if lasting else "",
        **_removables(visit, marks, incidents),
    }
    return visit.part("desk/_verbs.html", shape, gaps)


def _removables(visit: Visit, marks: Marks, incidents: Titles) -> dict[str, Part]:
    """What was put on the case and can be taken off, with how much there is of it; mostly nothing."""
    here, tags, reminders = visit.here, marks.tags, marks.reminders
    return {
        "tag_count": f" ({len(tags)})" if tags else "",
        "tags": Markup("").join(_removable(tag, here) for tag in tags) if tags else "",
        "reminder_count": f" ({len(reminders)})" if reminders else "",
        "reminders": _listing().reminders_of(reminders, here, visit.moment) if reminders else "",
        "incident_count": f" ({len(incidents)})" if incidents else "",
        "incidents": _listing().incidents_of(incidents, here) if incidents else "",
    }


def _people(visit: Visit, people: Sequence[Any]) -> Part:
    assignee = visit.case.assignee
    chosen = read_id(visit.typed.text.get("user", "")) or (assignee.id if assignee else None)
    return printed("desk/_people.html", {"people": tuple(people), "chosen": chosen}, {})


def _tomorrow(now: datetime) -> str:
    """The day that a reminder proposes."""
    return f"{(now + timedelta(days=1)).astimezone(COMPANY.here().zone):%d.%m.%Y}"


def _incidents(case: Case) -> tuple[Titles, Titles]:
    """Those that the case belongs to, and the others that last, each with its title; one statement."""
    rows = incidents_for_case(case.question.id) if case.has.incidents else ()
    named = [(is_in, (row.id, title_of(row))) for row, is_in in rows]
    return [each for is_in, each in named if is_in], [each for is_in, each in named if not is_in]


def _flaggable(visit: Visit, entries: Sequence[Entry]) -> Part:
    """The articles of this case, to say that something is wrong with one: as options, none twice."""
    question, typed = visit.case.question, visit.typed.text
    chosen = typed.get("flagged") or (typed.get("article", "") if typed.get("do") == "flag" else "")
    numbers = [question.article_number] if question.article_number else []
    texts = [each.text for each in entries if each.kind == "staff"] + [typed.get("body", "")]
    numbers += [number for text in texts if "/faq/" in text for number in numbers_in(text)]
    numbers += [number] if (number := read_id(chosen)) is not None else []
    found = answers_by_number(list(dict.fromkeys(numbers))[:_MOST_FLAGGABLE], question.language)
    rows = [({"is_chosen": str(each.number) == chosen}, {"number": each.number, "title": each.title}) for each in found]
    return printed_rows("desk/_flag_option.html", rows) if rows else ""


@spoken
def _flag_kinds() -> Sequence[tuple[str, str]]:
    return tuple((each.value, flag_word(each.value)) for each in FlagKind)


def _removable(tag: str, here: str) -> Part:
    return printed("desk/_tag.html", _REMOVAL, {"here": here, "tag": tag, "word": tag_word(tag)})


def _listing() -> Any:
    """What few cases have in their verbs."""
    return current_app.jinja_env.get_template("desk/_verb_lists.html").module


def _options(entries: Iterable[Entry], moment: Callable[[datetime], str]) -> Iterator[Row]:
    env = current_app.jinja_env
    for each in entries:
        yield {}, {"id": str(each.id), "when": moment(each.at), "text": do_truncate(env, each.text, 60)}

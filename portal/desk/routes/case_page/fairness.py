"""What the case page shows of what would be fair: the rounds, the company's limits, and the answers left."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from portal.accounts.rules import Action, role_may
from portal.desk.routes.blueprint import staff
from portal.desk.routes.case_page.visit import Part, Visit
from portal.foundation.company import COMPANY
from portal.foundation.i18n import current_language
from portal.questions.queries import rounds_of
from portal.questions.rules import MOST_ROUNDS, FairAnswer
from portal.questions.thread.words import money


def fairness_part(visit: Visit) -> Part:
    """The rounds, with the form of an answer to the last one. They are only read where there are any."""
    rounds = rounds_of(visit.case.question.id) if visit.case.has.rounds else ()
    if not rounds:
        return ""
    last = rounds[-1]
    waits = last.wished_at is not None and last.answered_at is None
    names = {
        "fairness": rounds,
        "fair_answers": fair_answers(last.turn) if waits else (),
        "limits": limits(COMPANY.here().sections, current_language()),
        "money": money,
    }
    return visit.whole("desk/_fairness.html", **names)


def fair_answers(turn: int) -> list[tuple[str, str]]:
    """What this person may answer in this round: in the last one only a lead decides, and the name is kept."""
    words = {FairAnswer.ACCEPTED: _("Accept")}
    if turn < MOST_ROUNDS:
        words |= {FairAnswer.COUNTERED: _("Make another proposal"), FairAnswer.EXPLAINED: _("Explain why not")}
    elif role_may(staff().role, Action.LEAD):
        words |= {FairAnswer.DECIDED: _("Decide, with your name")}
    return [(answer.value, word) for answer, word in words.items()]


def limits(sections: Mapping[str, Any], language: str) -> list[str]:
    """The lines of `[[fairness.limit]]` of company.toml in words; what cannot be read is left out."""
    written = sections.get("fairness", {})
    rows = written.get("limit", ()) if isinstance(written, Mapping) else ()
    return [_limit(row, language) for row in rows if isinstance(row, Mapping) and row.get("by")]


def _limit(row: Mapping[str, Any], language: str) -> str:
    by = row["by"]
    who = str(by.get(language) or next(iter(by.values()), "")) if isinstance(by, Mapping) else str(by)
    if isinstance(row.get("up_to"), (int, float)):
        return _("up to %(amount)s: %(who)s", amount=money(Decimal(str(row["up_to"]))), who=who)
    return who

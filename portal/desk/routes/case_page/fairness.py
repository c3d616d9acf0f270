"""What the case page shows of what would be fair: the rounds, the company's limits, and the answers left."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from portal.accounts.rules import Action, role_may
from portal.desk.access import Case
from portal.desk.routes.blueprint import staff
from portal.foundation.company import COMPANY
from portal.foundation.i18n import current_language
from portal.questions.queries import rounds_of
from portal.questions.rules import MOST_ROUNDS, ClosedBy, FairAnswer
from portal.questions.thread.words import money


def fairness_parts(case: Case) -> dict[str, Any]:
    """Rounds are only read where there are any."""
    rounds = rounds_of(case.question.id) if case.has.rounds else ()
    last = rounds[-1] if rounds else None
    waits = last is not None and last.wished_at is not None and last.answered_at is None
    return {
        "fairness": rounds,
        "fair_answers": fair_answers(last.turn) if last is not None and waits else (),
        "limits": limits(COMPANY.here().sections, current_language()) if rounds else (),
        "can_ask_fair": not rounds and case.question.closed_by not in (ClosedBy.MERGE, ClosedBy.SPAM),
        "money": money,
    }


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

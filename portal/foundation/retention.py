"""How long what is kept: `[retention]` of company.toml, within what law and the database allow (OR-05)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta

from portal.foundation.company import Company

_MONTH = timedelta(days=30.5)
# The least and the most of each; the audit keeps a year in any case (its triggers refuse less).
_BOUNDS = {
    "audit_months": (12, 120),
    "questions_months": (1, 120),
    "guest_questions_months": (1, 120),
    "drafts_days": (1, 365),
    "mail_words_days": (1, 365),
    "mails_months": (1, 60),
    "remarks_months": (1, 12),
    "search_words_months": (1, 60),
    "notices_days": (7, 730),
    "incoming_days": (7, 365),
}


@dataclass(frozen=True)
class Periods:
    """What a company may choose, in days and months; docs/personal-data.md explains each."""

    audit_months: int = 12
    questions_months: int = 36
    guest_questions_months: int = 12
    drafts_days: int = 30
    mail_words_days: int = 30
    mails_months: int = 12
    remarks_months: int = 12
    search_words_months: int = 12
    notices_days: int = 90
    incoming_days: int = 30

    def span(self, name: str) -> timedelta:
        """One of them as a span of time; a month counts thirty days and a half, never less than a calendar month's."""
        amount: int = getattr(self, name)
        return amount * _MONTH if name.endswith("_months") else timedelta(days=amount)


def read_periods(company: Company) -> Periods:
    """What the company wrote, and for the rest what the portal proposes; ValueError says what to write instead."""
    written = company.sections.get("retention", {})
    if not isinstance(written, Mapping):
        raise ValueError("retention must be a table: write [retention] on a line of its own")
    known = [field.name for field in fields(Periods)]
    unknown = [name for name in written if name not in known]
    if unknown:
        raise ValueError(f"{unknown[0]} of retention is not known; there are {', '.join(known)}")
    for name, value in written.items():
        least, most = _BOUNDS[name]
        if type(value) is not int or not least <= value <= most:
            raise ValueError(f"{name} of retention must be a whole number from {least} to {most}")
    return Periods(**written)

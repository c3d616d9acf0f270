"""How long what is kept: `[retention]` of company.toml, within what law and the database allow (OR-05)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta

from portal.foundation.company import Company

_MONTH = timedelta(days=30.5)


def _between(least: int, most: int, *, usually: int) -> int:
    """What a company may choose, and what the portal proposes."""
    return field(default=usually, metadata={"least": least, "most": most})


@dataclass(frozen=True)
class Periods:
    """What a company may choose, in days and months; docs/personal-data.md explains each."""

    # In any case a year: the triggers of the audit refuse less.
    audit_months: int = _between(12, 120, usually=12)
    questions_months: int = _between(1, 120, usually=36)
    guest_questions_months: int = _between(1, 120, usually=12)
    drafts_days: int = _between(1, 365, usually=30)
    mail_words_days: int = _between(1, 365, usually=30)
    mails_months: int = _between(1, 60, usually=12)
    remarks_months: int = _between(1, 12, usually=12)
    search_words_months: int = _between(1, 60, usually=12)
    notices_days: int = _between(7, 730, usually=90)
    incoming_days: int = _between(7, 365, usually=30)

    def span(self, name: str) -> timedelta:
        """One of them as a span of time; a month counts thirty days and a half, never less than a calendar month's."""
        amount: int = getattr(self, name)
        return amount * _MONTH if name.endswith("_months") else timedelta(days=amount)


def read_periods(company: Company) -> Periods:
    """What the company wrote, and for the rest what the portal proposes; ValueError says what to write instead."""
    written = company.sections.get("retention", {})
    if not isinstance(written, Mapping):
        raise ValueError("retention must be a table: write [retention] on a line of its own")
    known = {each.name: each.metadata for each in fields(Periods)}
    unknown = [name for name in written if name not in known]
    if unknown:
        raise ValueError(f"{unknown[0]} of retention is not known; there are {', '.join(known)}")
    for name, value in written.items():
        least, most = known[name]["least"], known[name]["most"]
        if type(value) is not int or not least <= value <= most:
            raise ValueError(f"{name} of retention must be a whole number from {least} to {most}")
    return Periods(**written)

"""Who may change whose account, which steps come first, and days as moments, as plain values."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.accounts.rules import Role

# What a lead gives and takes; the rest is for administrators, so that nobody raises themselves.
_OF_A_LEAD = frozenset({Role.AGENT, Role.EDITOR})
_OF_AN_ADMINISTRATOR = frozenset({Role.AGENT, Role.EDITOR, Role.LEAD, Role.ADMIN})


def roles_to_give(role: str) -> frozenset[Role]:
    """The roles that somebody in that role may give, and whose accounts they may change."""
    return {Role.LEAD.value: _OF_A_LEAD, Role.ADMIN.value: _OF_AN_ADMINISTRATOR}.get(role, frozenset())


def may_change(role: str, *, of: str, is_own: bool) -> bool:
    """Whether somebody may change an account of that role; nobody changes their own here."""
    return not is_own and of in roles_to_give(role)


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The moments at which a day begins and ends in that zone."""
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)

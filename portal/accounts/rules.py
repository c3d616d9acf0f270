"""Roles and what they may open, how long a sign-in lasts, and how a network is shortened."""

from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network


class Role(StrEnum):
    """What somebody who signs in is here for."""

    CUSTOMER = "customer"
    AGENT = "agent"
    LEAD = "lead"
    EDITOR = "editor"
    ADMIN = "admin"


STAFF = frozenset({Role.AGENT, Role.LEAD, Role.EDITOR, Role.ADMIN})

# SR-05: after this long without a request, and after this long at all.
STAFF_IDLE, STAFF_END = timedelta(minutes=30), timedelta(hours=12)
CUSTOMER_IDLE, CUSTOMER_END = timedelta(hours=24), timedelta(days=30)
# SR-10: between the password and the code.
HALF_END = timedelta(minutes=10)
# SR-07: how long a password or a mailed link proves that it is still the same person.
FRESH = timedelta(minutes=10)
# SR-03: how long mailed links open something.
CONFIRM_LASTS, RESET_LASTS, INVITE_LASTS = timedelta(hours=24), timedelta(minutes=30), timedelta(hours=72)
SIGN_IN_LASTS = timedelta(minutes=30)
# SR-08: this many failures in a row, and only a new password helps.
MOST_FAILURES = 100
SEEN_EVERY = timedelta(minutes=1)


def is_staff(role: str) -> bool:
    """Whether the role works for the company."""
    return role in STAFF


def idle_limit(role: str) -> timedelta:
    """How long a session may rest."""
    return STAFF_IDLE if is_staff(role) else CUSTOMER_IDLE


def session_end(role: str, *, is_half: bool, now: datetime) -> datetime:
    """When a session that begins now ends in any case."""
    if is_half:
        return now + HALF_END
    return now + (STAFF_END if is_staff(role) else CUSTOMER_END)


def is_running(role: str, *, seen_at: datetime, expires_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Whether a session still counts."""
    return ended_at is None and now < expires_at and now < seen_at + idle_limit(role)


def is_fresh(proved_at: datetime | None, now: datetime) -> bool:
    """Whether somebody has just shown that they are who they say (SR-07)."""
    return proved_at is not None and now < proved_at + FRESH


def short_network(address: str) -> str:
    """The /24 of IPv4 or the /48 of IPv6 that an address is in: enough to recognise a place, not a household."""
    try:
        ip = ip_address(address)
    except ValueError:
        return ""
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ip_network((ip, 48 if isinstance(ip, IPv6Address) else 24), strict=False))

"""Roles and what they may do, how long a sign-in lasts, which passwords are refused, and how often one may try."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network
from typing import NamedTuple


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
# When a session was last seen is written once a minute at most, and at once after a rest.
SEEN_EVERY, SEEN_AT_ONCE = timedelta(minutes=1), timedelta(minutes=5)


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


class Person(NamedTuple):
    """Who is signed in, as every page needs it: to be read only. The row itself is `User`."""

    session_id: int
    is_half: bool
    seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    id: int
    email: str
    name: str
    language: str
    role: str
    confirmed_at: datetime | None
    disabled_at: datetime | None

    @property
    def is_active(self) -> bool:
        """Whether the company lets them in."""
        return self.disabled_at is None

    @property
    def is_staff(self) -> bool:
        """Whether they work for the company."""
        return self.role in STAFF

    def is_running(self, now: datetime) -> bool:
        """Whether their sign-in still counts: not ended, not too old, not resting too long, and they may sign in."""
        return self.is_active and is_running(
            self.role, seen_at=self.seen_at, expires_at=self.expires_at, ended_at=self.ended_at, now=now
        )


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


class Action(StrEnum):
    """What somebody wants to do; what it is done to is a second question."""

    USE_ACCOUNT = "use_account"
    READ = "read"
    WRITE = "write"
    WORK_HERE = "work_here"
    ANSWER = "answer"
    LEAD = "lead"
    EDIT = "edit"
    ADMINISTER = "administer"


_ROLES = {
    Action.USE_ACCOUNT: frozenset(Role),
    Action.READ: frozenset({Role.CUSTOMER, Role.AGENT, Role.LEAD, Role.ADMIN}),
    Action.WRITE: frozenset({Role.CUSTOMER}),
    Action.WORK_HERE: STAFF,
    Action.ANSWER: frozenset({Role.AGENT, Role.LEAD, Role.ADMIN}),
    Action.LEAD: frozenset({Role.LEAD, Role.ADMIN}),
    Action.EDIT: frozenset({Role.EDITOR, Role.LEAD, Role.ADMIN}),
    Action.ADMINISTER: frozenset({Role.ADMIN}),
}


def roles_that(action: Action) -> frozenset[Role]:
    """Every role that may do such a thing."""
    return _ROLES[action]


def role_may(role: str, action: Action) -> bool:
    """Whether somebody in that role may do such a thing at all."""
    return role in _ROLES[action]


# SR-07. What became known was published from ten characters on, so with a second factor ten are the least, not eight.
PASSWORD_LEAST, PASSWORD_LEAST_WITH_FACTOR, PASSWORD_LIMIT = 15, 10, 256
KNOWN_FROM = 10
_LEFT_WITHOUT_WORDS = 8
_DIFFERENT_CHARACTERS = 5


class Refusal(StrEnum):
    """Why a password is not accepted."""

    SHORT = "short"
    LONG = "long"
    KNOWN = "known"
    NAMES = "names"
    SIMPLE = "simple"


def refusal_of(password: str, *, has_second_factor: bool, words: tuple[str, ...]) -> Refusal | None:
    """Why a password is refused by its own shape; `words` are names that everybody would try first."""
    if len(password) > PASSWORD_LIMIT:
        return Refusal.LONG
    if len(password) < (PASSWORD_LEAST_WITH_FACTOR if has_second_factor else PASSWORD_LEAST):
        return Refusal.SHORT
    if len(set(password.lower())) < _DIFFERENT_CHARACTERS:
        return Refusal.SIMPLE
    left = password.lower()
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "")
    return Refusal.NAMES if len(left) < min(_LEFT_WITHOUT_WORDS, len(password)) and left != password.lower() else None


def guessed_words(*names: str) -> tuple[str, ...]:
    """The words of names and addresses that a password must not live on: four letters or more, lower case."""
    parts = re.split(r"[^\w]+|_", " ".join(names).lower())
    return tuple({part for part in [*parts, "password", "passwort", "kennwort"] if len(part) >= 4})


@dataclass(frozen=True)
class Limit:
    """At most `most` tries of a kind in `seconds`; `kind` is its name in the table of tries."""

    kind: str
    most: int
    seconds: int

    def span(self, now: datetime) -> int:
        """Which span of time this moment lies in."""
        return int(now.timestamp()) // self.seconds

    def ends_at(self, now: datetime) -> datetime:
        """When counting begins anew."""
        return datetime.fromtimestamp((self.span(now) + 1) * self.seconds, UTC)


# SR-08; the limit of all together is counted first, so that the rows are always taken in one order.
LOGIN_ALL = Limit("login-all", 1000, 5 * 60)
LOGIN_NETWORK = Limit("login-network", 10, 5 * 60)
LOGIN_ADDRESS = Limit("login-address", 10, 5 * 60)
FACTOR_LIMITS = (Limit("factor-short", 5, 5 * 60), Limit("factor-hour", 20, 3600), Limit("factor-day", 50, 24 * 3600))
FORM_LIMITS = (Limit("form-short", 5, 10 * 60), Limit("form-hour", 20, 3600))
REGISTER_LIMIT = Limit("register", 5, 24 * 3600)
RESET_LIMIT = Limit("reset", 5, 24 * 3600)
LINK_LIMIT = Limit("link", 10, 24 * 3600)
CHANGE_LIMIT = Limit("change", 5, 24 * 3600)
PROOF_LIMIT = Limit("proof", 10, 5 * 60)


_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(written: str) -> str:
    """Browser and system as people call them, such as `Firefox, Windows`; empty when neither is known."""
    browser = next((name for mark, name in _BROWSERS if mark in written), "")
    system = next((name for mark, name in _SYSTEMS if mark in written), "")
    return ", ".join(part for part in (browser, system) if part)

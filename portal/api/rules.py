"""What a token may open, what it looks like, and until when it counts, as plain values; the time is an argument."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

from portal.accounts.rules import Action, role_may

PREFIX = "portal_"
_SHAPE = re.compile(r"portal_[A-Za-z0-9_-]{43}")
_BEARER = re.compile(r"Bearer +(\S+)", re.IGNORECASE)
# So many characters of its end tell one token from another on the page of tokens; the other 39 stay secret.
HINT_LENGTH = 4
# SR-62, SR-08.
MOST_TOKENS = 20
CALLS_OF_A_TOKEN, CALLS_OF_A_NETWORK = "120/minute", "600/minute"
# When a token was last used, and last refused something, is written down again after so long.
USED_EVERY, REFUSED_EVERY = timedelta(minutes=5), timedelta(hours=1)
# Changes are listed once nothing older can still be written down: a transaction ends within seconds (DR-08).
SETTLED_AFTER = timedelta(minutes=1)
DAYS = (30, 90, 365)


class Scope(StrEnum):
    """What a token opens; whoever makes it chooses."""

    CONTRACTS_READ = "contracts:read"
    CONTRACTS_WRITE = "contracts:write"
    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"
    INVOICES_READ = "invoices:read"
    INVOICES_WRITE = "invoices:write"
    CUSTOMERS_READ = "customers:read"
    QUESTIONS_READ = "questions:read"
    QUESTIONS_WRITE = "questions:write"


# What somebody at the desk needs for the same: what the books say is brought by leads, the rest is for all who answer.
_RIGHTS = {
    Scope.CONTRACTS_READ: Action.ANSWER,
    Scope.CONTRACTS_WRITE: Action.LEAD,
    Scope.ORDERS_READ: Action.ANSWER,
    Scope.ORDERS_WRITE: Action.LEAD,
    Scope.INVOICES_READ: Action.ANSWER,
    Scope.INVOICES_WRITE: Action.LEAD,
    Scope.CUSTOMERS_READ: Action.ANSWER,
    Scope.QUESTIONS_READ: Action.ANSWER,
    Scope.QUESTIONS_WRITE: Action.ANSWER,
}
# Which of them an address asks for; None: any token will do.
NEEDED: dict[str, Scope | None] = {
    "api.show_token": None,
    "api.show_contract": Scope.CONTRACTS_READ,
    "api.put_contract": Scope.CONTRACTS_WRITE,
    "api.put_contracts": Scope.CONTRACTS_WRITE,
    "api.show_order": Scope.ORDERS_READ,
    "api.put_order": Scope.ORDERS_WRITE,
    "api.put_orders": Scope.ORDERS_WRITE,
    "api.show_invoice": Scope.INVOICES_READ,
    "api.put_invoice": Scope.INVOICES_WRITE,
    "api.put_invoices": Scope.INVOICES_WRITE,
    "api.find_customers": Scope.CUSTOMERS_READ,
    "api.list_questions": Scope.QUESTIONS_READ,
    "api.show_question": Scope.QUESTIONS_READ,
    "api.ask": Scope.QUESTIONS_WRITE,
}


class Standing(StrEnum):
    """Whether a token counts, and if not, why."""

    RUNNING = "running"
    EXPIRED = "expired"
    REVOKED = "revoked"
    OWNER_GONE = "owner_gone"  # the account behind it is disabled or closed, or leads no more


def role_opens(role: str, scope: Scope) -> bool:
    """Whether somebody in that role may do at the desk what the scope opens."""
    return role_may(role, _RIGHTS[scope])


def scopes_for(role: str) -> list[Scope]:
    """What somebody in that role may let a token open."""
    return [scope for scope in Scope if role_opens(role, scope)]


def read_scopes(kept: str) -> frozenset[Scope]:
    """The scopes of a token as they are kept; what this version does not know opens nothing."""
    return frozenset(scope for scope in Scope if scope in kept.split())


def token_sent(header: str) -> str:
    """The token of an `Authorization` header; "" for anything that cannot be one of ours."""
    found = _BEARER.fullmatch(header.strip())
    return found[1] if found and _SHAPE.fullmatch(found[1]) else ""


def standing_of(
    *, role: str, is_active: bool, expires_at: datetime, revoked_at: datetime | None, now: datetime
) -> Standing:
    """Whether a token counts: it never outlives its day, nor the rights of the account that it belongs to."""
    if revoked_at is not None:
        return Standing.REVOKED
    if now >= expires_at:
        return Standing.EXPIRED
    return Standing.RUNNING if is_active and role_may(role, Action.LEAD) else Standing.OWNER_GONE

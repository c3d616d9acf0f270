"""States and roles of a question, as plain values."""

from enum import StrEnum


class Status(StrEnum):
    """Three states; what customers read is derived from them."""

    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"


class ClosedBy(StrEnum):
    """Who or what closed a question."""

    CUSTOMER = "customer"
    STAFF = "staff"
    SILENCE = "silence"
    MERGE = "merge"
    SPAM = "spam"


class CustomerState(StrEnum):
    """The five states in the customer's words."""

    RECEIVED = "received"
    IN_WORK = "in_work"
    YOUR_TURN = "your_turn"
    SOLVED = "solved"
    CLOSED = "closed"


class Author(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    STAFF = "staff"


class SheetLine(StrEnum):
    """The five lines of the case sheet, in their order."""

    ABOUT = "about"
    CHECKED = "checked"
    FOUND = "found"
    MISSING = "missing"
    NEXT = "next"

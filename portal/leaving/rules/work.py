"""What waits for a person at a declaration, and the remarks that staff see."""

from collections.abc import Collection
from enum import StrEnum


class Work(StrEnum):
    """What somebody has to do; every declaration is looked at within one working day (spec 2.4)."""

    MATCH = "match"  # nothing has looked at it yet
    ASSIGN = "assign"
    ANSWER_BACK = "answer_back"  # we asked the sender, and wait
    FOR_CAUSE = "for_cause"
    GOOD_CAUSE = "good_cause"  # a fixed term: is there good cause?
    WITHDRAWAL = "withdrawal"
    ALREADY = "already"
    ENDS = "ends"  # two cancellations name two ends: which one holds?
    OBJECTION = "objection"
    RETRACTION = "retraction"
    LETTER = "letter"  # no mail reaches the holder
    DAY = "day"  # was it still the day before where the person was?


class Flag(StrEnum):
    """Remarks beside a declaration."""

    AUTHORITY = "authority"  # somebody acts for the holder (§ 174 BGB)
    SEEMS_WITHDRAWAL = "seems_withdrawal"
    SEEMS_CANCELLATION = "seems_cancellation"
    BUTTON_MISSING = "s312k6"
    ALREADY_ENDED = "already_ended"
    LATER_END = "later_end"  # names a later end than the cancellation before it, and may correct that
    LATE = "too_late"
    PERHAPS_LATE = "perhaps_late"
    DAY_BEFORE = "day_before"  # where the person was, it may have been the day before, and that decides
    DAY_COUNTS = "day_counts"  # a person decided that the day before counts
    DAY_JUDGED = "day_judged"  # somebody has looked at the day of receipt
    ADDRESS_NEW = "address_new"  # the address on file was changed lately: the holder is written to by post as well
    UNREACHED = "unreached"  # neither mail nor post can tell the holder
    OVERDUE = "overdue"
    JUDGED = "judged"  # somebody has looked at the cause


def is_day_doubtful(flags: Collection[str]) -> bool:
    """Whether somebody still has to say which day counts as that of the receipt (spec 2.7)."""
    return Flag.DAY_BEFORE in flags and Flag.DAY_JUDGED not in flags

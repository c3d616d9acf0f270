"""Which articles need an editor first, and what versions are: plain values, no clock."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a version came about."""

    SAVED = "saved"
    FOUND = "found"  # it lay on disk and nobody had saved it here
    RESTORED = "restored"


class Show(StrEnum):
    """Which articles a list holds."""

    WORST = "worst"
    REVIEW = "review"
    FAULTY = "faulty"
    DRAFTS = "drafts"
    INTERNAL = "internal"
    ARCHIVED = "archived"
    ALL = "all"


@dataclass(frozen=True)
class Standing:
    """What readers and colleagues did with an article within ninety days (votes: at all)."""

    helped: int = 0
    not_helped: int = 0
    remarks: int = 0
    asked: int = 0
    stuck: int = 0
    inserted: int = 0
    opened: int = 0
    flagged: int = 0


def worry(standing: Standing, *, is_overdue: bool, has_faults: bool) -> int:
    """How much an article needs an editor: points that anybody can add up.

    Each reader whom it did not help counts one and a remark one more, a question asked from it two, being stuck one;
    every third reader whom it helped takes one away. A review that is due adds three, a colleague's remark that nobody
    has seen to four, a fault in the file five.
    """
    complaints = standing.not_helped + standing.remarks + 2 * standing.asked + standing.stuck
    flagged = 4 * standing.flagged
    return max(0, complaints - standing.helped // 3) + flagged + 3 * is_overdue + 5 * has_faults

"""What a person can declare, on which way it came, and the states it passes through (spec leaving 2.3, 2.4, 2.13)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What is declared; the two are never mixed up (spec 1.1)."""

    CANCELLATION = "cancellation"
    WITHDRAWAL = "withdrawal"


class CancellationKind(StrEnum):
    """Ordinary, or for cause: § 312k (2) sentence 3 no. 1 a BGB."""

    ORDINARY = "ordinary"
    FOR_CAUSE = "for_cause"


class Channel(StrEnum):
    """On which way a declaration reached us; none of them is worth more than another."""

    WEB = "web"
    QUESTION = "question"
    MAIL = "mail"
    LETTER = "letter"
    PHONE = "phone"
    PERSON = "person"


class State(StrEnum):
    """Where a declaration stands (spec 2.4); the last four stand beside the way."""

    RECEIVED = "received"
    MATCHED = "matched"
    AMBIGUOUS = "ambiguous"
    UNMATCHED = "unmatched"
    EFFECTIVE_SET = "effective_set"
    ENDED = "ended"
    CONTESTED = "contested"
    RETRACTED = "taken_back"
    REJECTED = "rejected_agent"
    DUPLICATE = "duplicate_of"


# What may follow on what. A contested one goes on or ends as people decide; nothing comes back from an end.
_OPEN = frozenset({State.MATCHED, State.AMBIGUOUS, State.UNMATCHED, State.REJECTED, State.DUPLICATE})
FOLLOWS: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        State.RECEIVED: _OPEN,
        State.AMBIGUOUS: _OPEN,
        State.UNMATCHED: _OPEN,
        State.MATCHED: _OPEN | {State.EFFECTIVE_SET, State.CONTESTED, State.RETRACTED},
        State.EFFECTIVE_SET: frozenset(
            {State.MATCHED, State.EFFECTIVE_SET, State.ENDED, State.CONTESTED, State.RETRACTED, State.REJECTED}
        ),
        State.CONTESTED: frozenset(
            {State.MATCHED, State.AMBIGUOUS, State.UNMATCHED, State.EFFECTIVE_SET, State.RETRACTED, State.REJECTED}
        ),
        State.ENDED: frozenset(),
        State.RETRACTED: frozenset(),
        State.REJECTED: frozenset(),
        State.DUPLICATE: frozenset({State.RECEIVED}),
    }
)
# The letters of references: C26-00042-7, W26-00007-1.
LETTERS: Mapping[Kind, str] = MappingProxyType({Kind.CANCELLATION: "C", Kind.WITHDRAWAL: "W"})


def may_follow(state: str, following: State) -> bool:
    """Whether a declaration in that state may go over to the next one."""
    return following in FOLLOWS[State(state)]


@dataclass(frozen=True)
class Said:
    """What a person declared, field by field, cleaned but otherwise as typed; "" where nothing was said.

    `wished` is the end as typed and only counts with `is_on_date`; `part` is the part of an order somebody withdraws
    from. `about` is the contract in the person's words.
    """

    kind: Kind
    name: str = ""
    email: str = ""
    identity: str = ""  # customer number or postal address
    about: str = ""
    cause: CancellationKind = CancellationKind.ORDINARY
    reason: str = ""
    is_on_date: bool = False
    wished: str = ""
    part: str = ""

    @property
    def points_to_somebody(self) -> bool:
        """Whether anything leads to a person or a contract; only without that a declaration is not taken (spec 2.3)."""
        return bool(self.name or self.email or self.identity or self.about)


@dataclass(frozen=True)
class Arrival:
    """How and when a declaration came.

    `declared_at` and `received_at` are aware; `zone` is the legal time zone in which they are shown. `url` is the page
    whose button was pressed, `page_version` the short mark of the form that the person saw, `form_sha256` that of the
    form's HTML. `stamp` is the form's key ("" for none). `raw` are the fields as they came. `marks` are remarks for the
    staff. `question_number` names the question that is treated as a declaration, `taken_by` the member of staff who
    wrote a letter or a call down.
    """

    channel: Channel
    declared_at: datetime
    received_at: datetime
    zone: str
    language: str
    url: str = ""
    page_version: str = ""
    label_version: str = ""
    form_sha256: str = ""
    stamp: str = ""
    raw: Mapping[str, str] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    question_number: str = ""
    taken_by: int | None = None
    is_spooled: bool = False

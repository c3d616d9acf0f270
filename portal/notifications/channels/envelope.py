"""What a channel carries, and how it fails."""

from dataclasses import dataclass
from email.message import EmailMessage
from enum import StrEnum


class Failure(StrEnum):
    """How a try went wrong."""

    UNREACHABLE = "unreachable"  # the server itself: no mail would get through
    LATER = "later"  # this mail, for now
    FINAL = "failed"  # this mail, for good


class DeliveryError(Exception):
    """The mail was not taken over; `str(error)` says what the other side said."""

    def __init__(self, detail: str, failure: Failure = Failure.LATER) -> None:
        super().__init__(detail)
        self.failure = failure

    @property
    def permanent(self) -> bool:
        return self.failure is Failure.FINAL


@dataclass(frozen=True)
class Envelope:
    """The mail, its name for people, who gets it, and who hears of trouble ("" for nobody)."""

    message: EmailMessage
    name: str
    sender: str
    recipient: str

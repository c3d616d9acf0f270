"""Who did something: a customer, a guest, a member of staff, or the portal itself."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """In which role somebody acts."""

    CUSTOMER = "customer"
    GUEST = "guest"
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Who acts; `id` is the user's (None for guests and the system), `name` stays in the history as it is now."""

    kind: ActorKind
    name: str = ""
    id: int | None = None


SYSTEM = Actor(ActorKind.SYSTEM)

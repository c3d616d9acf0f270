"""Put a declaration on hold while a dispute about it runs, so that no retention takes it away (spec 2.13)."""

from datetime import datetime

from portal.foundation.database import transaction
from portal.journal.rules import Actor
from portal.leaving.actions.matching import note_step
from portal.leaving.queries.declarations import declaration_of_reference


def set_hold(reference: str, *, is_held: bool, by: Actor, now: datetime) -> bool:
    """Set the hold or lift it; False when there is no such declaration. What stands so already changes nothing."""
    with transaction():
        found = declaration_of_reference(reference)
        if found is not None and found.standing.has_legal_hold != is_held:
            found.standing.has_legal_hold = is_held
            note_step(found, "held" if is_held else "released", by=by, now=now)
    return found is not None

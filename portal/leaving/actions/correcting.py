"""Send a confirmation to another address than the one that was typed."""

from datetime import datetime

from portal.foundation.database import transaction
from portal.journal.rules import Actor, ActorKind
from portal.keys.rules import digest
from portal.leaving.actions.recording import note
from portal.leaving.models import Declaration
from portal.leaving.notices.confirming import confirm_declaration, usable_address


def correct_address(declaration: Declaration, typed: str, *, reader: Declaration, now: datetime) -> None:
    """The confirmation goes to that address as well, once, in the language of `reader`; what was declared stays."""
    address = usable_address(typed)
    with transaction():
        declaration.standing.email = address
        confirm_declaration(declaration, now=now, attempt=f":{digest(address)[:16]}", reader=reader)
        note(declaration, "address.corrected", by=Actor(ActorKind.GUEST), at=now)

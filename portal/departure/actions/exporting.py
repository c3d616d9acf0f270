"""Put together what somebody without an account takes along, for an operator who knows who asks (Art. 15 GDPR)."""

from typing import BinaryIO

from portal.departure.archive import make_archive
from portal.foundation.database import transaction
from portal.foundation.personal_data import Trail
from portal.journal.actions import audit


def export_unknown(trail: Trail) -> BinaryIO:
    """The archive, at its beginning; the audit says that it was made, and of an account whose. NoRoomForArchive."""
    with transaction():
        audit("person.exported", at=trail.now, user_id=trail.user_id, way="operator")
    return make_archive(trail)

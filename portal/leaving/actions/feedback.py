"""Keep voluntary feedback without a trace of who gave it: no person, no contract, no time but the day (spec 2.10)."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.foundation.database import make_row, transaction
from portal.foundation.security import typed_text
from portal.leaving.models import LeavingFeedback
from portal.leaving.rules.declarations import Kind

TEXT_LIMIT = 1000
REASONS: Mapping[str, Any] = {
    "price": _l("The price"),
    "missing": _l("Something is missing"),
    "complicated": _l("Too complicated"),
    "unused": _l("I did not use it"),
    "provider": _l("I go to another provider"),
    "quality": _l("The quality"),
    "service": _l("The customer service"),
    "other": _l("Something else"),
}


def give_feedback(kind: Kind, reason: str, text: str, *, language: str, on: date) -> None:
    """Keep what was chosen and written, once; nothing when there is neither."""
    chosen, written = reason if reason in REASONS else "", typed_text(text)[:TEXT_LIMIT]
    if not chosen and not written:
        return
    values = {"mark": secrets.token_urlsafe(16), "day": on, "kind": kind.value, "language": language}
    with transaction():
        make_row(LeavingFeedback, values | {"reason": chosen, "text": written})

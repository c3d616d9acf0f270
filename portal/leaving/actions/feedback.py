"""Keep voluntary feedback without a trace of who gave it: no person, no contract, no time but the day (spec 2.10)."""

import re
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.foundation.database import make_once, transaction
from portal.foundation.security import typed_text
from portal.leaving.models import LeavingFeedback
from portal.leaving.rules.declarations import Kind

TEXT_LIMIT = 1000
_MARK = re.compile(r"[A-Za-z0-9_-]{22}")
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


def new_mark() -> str:
    """A random mark for one shown form; it leads nowhere and is kept nowhere but with what the form says."""
    return secrets.token_urlsafe(16)


def give_feedback(kind: Kind, reason: str, text: str, *, mark: str, language: str, on: date) -> bool:
    """Keep what was chosen and written, once for each form; False when there is neither."""
    chosen, written = reason if reason in REASONS else "", typed_text(text)[:TEXT_LIMIT]
    if not chosen and not written:
        return False
    values = {"mark": mark if _MARK.fullmatch(mark) else new_mark(), "day": on, "kind": kind.value}
    with transaction():
        make_once(LeavingFeedback, values | {"language": language, "reason": chosen, "text": written})
    return True

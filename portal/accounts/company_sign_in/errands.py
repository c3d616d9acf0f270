"""What a browser carries while it is at the provider: sealed, in a cookie of its own, for ten minutes."""

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any, TypeVar

from flask import current_app, request
from werkzeug.wrappers import Response

from portal.accounts.company_sign_in.rules import ERRAND_LASTS, Identity, Purpose
from portal.foundation.files.vault import Sealed, seal, unseal
from portal.foundation.web.cookies import cookie_name, give_cookie, take_cookie

_COOKIE = "company-sign-in"
_Answer = TypeVar("_Answer", bound=Response)


@dataclass(frozen=True)
class Errand:
    """What somebody went to the provider for, and what proves that the answer belongs to it.

    `key` is that of an invitation, `user_id` whoever wants to link; `identity` is there once the provider has answered.
    """

    purpose: Purpose
    state: str
    nonce: str
    verifier: str
    begun_at: datetime
    language: str
    next_path: str = ""
    key: str = ""
    user_id: int = 0
    identity: Identity | None = None

    def fits(self, state: str) -> bool:
        """Whether an answer with this state belongs to it."""
        return self.identity is None and compare_digest(self.state.encode(), state.encode("utf-8", "replace"))


def new_errand(purpose: Purpose, *, now: datetime, language: str, **further: Any) -> Errand:
    """One with new random marks."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Errand(purpose, state, nonce, verifier, now, language, **further)


def give_errand(response: _Answer, errand: Errand) -> _Answer:
    """Let the browser carry it, in place of an earlier one."""
    written = json.dumps(asdict(errand) | {"begun_at": errand.begun_at.isoformat()})
    return give_cookie(response, _name(), seal(written), seconds=int(ERRAND_LASTS.total_seconds()))


def carried_errand(*, now: datetime) -> Errand | None:
    """The one of this browser; None when it carries none, or has for longer than ten minutes."""
    try:
        errand = _read(unseal(request.cookies.get(_name(), "")))
    except (Sealed, ValueError, TypeError, KeyError):
        return None
    return errand if errand.begun_at <= now < errand.begun_at + ERRAND_LASTS else None


def drop_errand(response: _Answer) -> _Answer:
    """Let the browser forget it, if it carries one."""
    return take_cookie(response, _name()) if _name() in request.cookies else response


def _read(written: str) -> Errand:
    values = json.loads(written)
    identity = Identity(**values["identity"]) if values["identity"] else None
    begun_at = datetime.fromisoformat(values["begun_at"])
    return Errand(**values | {"purpose": Purpose(values["purpose"]), "begun_at": begun_at, "identity": identity})


def _name() -> str:
    return cookie_name(current_app, _COOKIE)

"""When a form was opened, signed: a form that comes back within a moment was filled in by a machine."""

import hmac
import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_SHAPE = re.compile(r"([0-9a-f]{8,10})\.([0-9a-f]{20})")


def signed_time(at: datetime, secret: str) -> str:
    """A value for a hidden field that says when the form was given out."""
    seconds = f"{int(at.timestamp()):08x}"
    return f"{seconds}.{_signature(seconds, secret)}"


def time_since(written: str, now: datetime, secret: str) -> timedelta | None:
    """How long ago the form was given out; None for a value that was not made here."""
    found = _SHAPE.fullmatch(written)
    if found is None or not hmac.compare_digest(found[2], _signature(found[1], secret)):
        return None
    return now - datetime.fromtimestamp(int(found[1], 16), UTC)


def _signature(seconds: str, secret: str) -> str:
    signed = _begun(secret).copy()
    signed.update(seconds.encode())
    return signed.hexdigest()[:20]


# OpenSSL takes longer to find its way to a hash than to make one.
@lru_cache(maxsize=2)
def _begun(secret: str) -> hmac.HMAC:
    return hmac.new(secret.encode(), b"form-time:", "sha256")

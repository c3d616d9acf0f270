"""Mail addresses as they are kept and compared."""

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


# Every form that is sent asks twice: whether it is an address, and how it is spelled.
@lru_cache(maxsize=64)
def _spelled(text: str) -> str | None:
    if not text or len(text) > ADDRESS_LIMIT:
        return None
    try:
        checked = validate_email(text, check_deliverability=False, allow_smtputf8=True)
    except EmailNotValidError:
        return None
    address = checked.normalized.lower()
    return address if len(address) <= ADDRESS_LIMIT else None

"""Mail addresses as they are kept and compared."""

from email_validator import EmailNotValidError, validate_email

ADDRESS_LIMIT = 254


def normalised(typed: str) -> str:
    """The address in the one spelling that is kept: checked, lower case, without asking DNS; ValueError for others."""
    text = typed.strip()
    if not text or len(text) > ADDRESS_LIMIT:
        raise ValueError("not an address")
    try:
        checked = validate_email(text, check_deliverability=False, allow_smtputf8=True)
    except EmailNotValidError as error:
        raise ValueError("not an address") from error
    address = checked.normalized.lower()
    if len(address) > ADDRESS_LIMIT:
        raise ValueError("not an address")
    return address


def is_address(typed: str) -> bool:
    """Whether it can be kept as a mail address."""
    try:
        normalised(typed)
    except ValueError:
        return False
    return True

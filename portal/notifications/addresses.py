"""What may stand in the head of a mail: one address, and lines that stay one line (SR-40)."""

import re
from email.errors import MessageError
from email.header import decode_header, make_header

from email_validator import EmailNotValidError, validate_email

from portal.foundation.security import clean_text

_ENCODED = re.compile(r"=\?[^?]+\?[bq]\?[^?]*\?=", re.IGNORECASE)
_HEADER_LIMIT = 400
# Marks that change the direction of writing could make one line look like another.
_DIRECTIONS = dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))


class NoAddress(ValueError):
    """What should be one mail address is none."""


def one_address(text: str) -> str:
    """Exactly one address, as a mail server wants it, without asking DNS; NoAddress for anything else."""
    try:
        checked = validate_email(text, check_deliverability=False, allow_smtputf8=True, strict=True)
    except EmailNotValidError as error:
        raise NoAddress("not one mail address") from error
    return checked.ascii_email or checked.normalized


def answer_address(answers: str, key: str) -> str:
    """The address to which somebody answers with that key: `reply+KEY@…` for `reply@…`."""
    name, _, domain = answers.rpartition("@")
    return f"{name}+{key}@{domain}"


def clean_header(text: str) -> str:
    """One line without control characters; what was encoded for headers is decoded first, so that nothing hides."""
    for _depth in range(5):
        if not _ENCODED.search(text):
            break
        text = _decoded(text)
    # Whatever still looks encoded would be decoded by the reader's program.
    plain = clean_text(text).translate(_DIRECTIONS).replace("=?", "= ?")
    return " ".join(plain.split())[:_HEADER_LIMIT]


def masked(address: str) -> str:
    """An address for logs: `a…@example.org`."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"


def _decoded(text: str) -> str:
    try:
        return str(make_header(decode_header(text)))
    except (MessageError, LookupError, ValueError):
        return text.replace("=?", "= ?")

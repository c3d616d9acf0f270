"""What a key looks like, what it is for, and how its hash is made."""

import hashlib
import re
import secrets
from enum import StrEnum

_STAMP = re.compile(r"[A-Za-z0-9_-]{16,64}")
_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}|[0-9a-f]{32}")


class Purpose(StrEnum):
    """The one thing a key opens."""

    QUESTION_ASKED = "question.asked"  # in the browser that asked; proves no address
    QUESTION_MAILED = "question.mailed"  # in a mail: who holds it reads that address
    QUESTION_ANSWERED = "question.answered"  # in the address to which somebody answers a mail of ours
    CUSTOMER_MAILED = "customer.mailed"  # all questions of one guest
    CONFIRM_ADDRESS = "account.confirm"
    CHANGE_ADDRESS = "account.change"
    SIGN_IN = "account.sign-in"
    LET_IN = "account.let-in"  # printed for the operator, where the company's sign-in is away
    RESET_PASSWORD = "account.reset"  # noqa: S105  (a purpose, not a password)
    INVITE = "account.invite"
    NOT_ME = "address.not-me"
    RECEIPT = "leaving.receipt"  # of a declaration; without an address it proves nobody
    OBJECTION = "leaving.objection"
    CHOICE = "leaving.choice"  # at the address on file: which contract a declaration means
    CLOSED_ACCOUNT = "account.closed"  # in the mail after closing: opens the account again, gives the data


def new_key() -> str:
    """32 random bytes as 43 characters that may stand in an address."""
    return secrets.token_urlsafe(32)


def new_mail_key() -> str:
    """16 random bytes for the address of an answer, where mail servers may write capitals small and names are short."""
    return secrets.token_hex(16)


def new_stamp() -> str:
    """24 random bytes as 32 characters: what a form carries so that it counts once."""
    return secrets.token_urlsafe(24)


def looks_like_stamp(text: str) -> bool:
    """Whether a form can have carried it."""
    return bool(_STAMP.fullmatch(text))


def looks_like_key(text: str) -> bool:
    """Whether it can be one of our keys at all; anything else is refused before the database is asked."""
    return bool(_SHAPE.fullmatch(text))


def digest(text: str) -> str:
    """SHA-256 in hexadecimal digits: what is kept of a key or a form's content."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

"""Why a mail does not go out: a reason of our own, or what the words of a mail server mean."""

import re
from enum import StrEnum


class Own(StrEnum):
    """What we say ourselves of a mail, as the log and the outbox have it."""

    NOT_ME = "The holder of this address wants no such mails."
    OFTEN = "This address was written to often enough for now."
    ENOUGH = "This address was sent as many confirmations as it may get in a day."
    CROWDED = "Very many new addresses are written to at the moment."
    RESTORED = "kept back after a restore"
    EMPTIED = "-"


class Means(StrEnum):
    """What a server, or the way to it, says with a problem."""

    ADDRESS = "address"
    FULL = "full"
    SPAM = "spam"
    SIZE = "size"
    SIGN_IN = "sign_in"
    UNREACHED = "unreached"
    LATER = "later"
    REFUSED = "refused"
    UNMADE = "unmade"


# The first that fits: codes of RFC 3463 and RFC 5321, and words where servers say more by them. Reports of mails that
# come back begin with the code, answers of a server with its number, and errors of ours with their name.
_MEANINGS = (
    (r"^This mail can", Means.UNMADE),
    (r"^[a-z]+: ", Means.UNREACHED),
    (r"^53[045]\b|\b5\.7\.[89]\b", Means.SIGN_IN),
    (r"\b[45]\.2\.2\b|\bquota\b|(mailbox|inbox) (is )?full|^552 (?!5\.)", Means.FULL),
    (r"\b[45]\.(2\.3|3\.4)\b|too (large|big)", Means.SIZE),
    (r"^5.*(\bspam|unsolicited|black ?list|block ?list|reputation|dmarc|\bspf\b|dkim)|\b5\.7\.2\d\b", Means.SPAM),
    (
        r"\b[45]\.(1\.([1236]|10)|2\.1)\b|^55[13]\b|no such (user|mailbox|address|recipient)|nobody here"
        r"|unknown (user|recipient)|(user|recipient|address|mailbox) (is )?(unknown|not found)|does not exist",
        Means.ADDRESS,
    ),
    (r"\b[45]\.4\.\d", Means.UNREACHED),
    (r"^4", Means.LATER),
    (r"", Means.REFUSED),
)
_READ = [(re.compile(pattern, re.IGNORECASE), means) for pattern, means in _MEANINGS]


def meaning_of(problem: str) -> Means:
    """What that problem means, however the server words it."""
    return next(means for pattern, means in _READ if pattern.search(problem))

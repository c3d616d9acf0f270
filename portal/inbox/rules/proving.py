"""Whether our own mail server found that a mail comes from whom it names: Authentication-Results (RFC 8601) and DMARC.

A server writes its line above everything that came with the mail, and takes out lines that bear its own name. So the
uppermost line of its name that speaks of DMARC counts, and where another one of that name says otherwise, none does.
Senders choose words in that line, such as the name before their @: what could have been bent by them is no result.
"""

import re
from collections.abc import Iterator, Sequence

_LONGEST = 8000
# It begins only where a word begins, so that a long line takes no longer than its length.
_PAIR = re.compile(
    r'(?<![a-z0-9._-])([a-z0-9._-]{1,64})[ \t]{0,8}=[ \t]{0,8}("[^"]{0,500}"|[^\s;"]{1,500})', re.IGNORECASE
)
_DMARC = re.compile(r"(?<![a-z0-9._-])dmarc(?![a-z0-9._@-])", re.IGNORECASE)
_UNCLEAR = ("", "")


def is_proven(results: Sequence[str], authserv_id: str, domain: str) -> bool:
    """Whether DMARC passed for that domain, in the words of the server that is named; False without a name."""
    if not authserv_id or not domain:
        return False
    said = [each for line in results for each in _dmarc(line, authserv_id.lower())]
    return bool(said) and all(each == ("pass", _spelled(domain)) for each in said)


def is_refuted(results: Sequence[str], authserv_id: str) -> bool:
    """Whether the server that is named says that DMARC failed; False without a name."""
    said = [each for line in results for each in _dmarc(line, authserv_id.lower())] if authserv_id else []
    return any(result == "fail" for result, _domain in said)


def _dmarc(line: str, authserv_id: str) -> Iterator[tuple[str, str]]:
    """Result and domain of the DMARC check in a line of that server, if there is one; an unclear one proves nothing."""
    plain, is_clear = _without_comments(line[:_LONGEST])
    name, *checks = plain.split(";")
    words = name.split()
    if not words or words[0].strip('"').lower() != authserv_id:
        return
    found = [pair for pair in map(_result, checks) if pair is not None]
    # A second one, wherever it stands, may have come with the mail; so may what hides the only one.
    is_clear = is_clear and len(line) <= _LONGEST and len(_DMARC.findall(line)) == len(found) <= 1
    yield from found if is_clear else [_UNCLEAR]


def _result(check: str) -> tuple[str, str] | None:
    pairs = [(key.lower(), value.strip('"').lower()) for key, value in _PAIR.findall(check)]
    if not pairs or pairs[0][0].partition("/")[0] != "dmarc":
        return None
    return pairs[0][1], _spelled(dict(pairs[1:]).get("header.from", ""))


def _spelled(domain: str) -> str:
    """The domain as addresses are kept: what stands there in punycode in the letters that it means."""
    return ".".join(map(_letters, domain.lower().split(".")))


def _letters(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    code = label.removeprefix("xn--").encode()
    try:
        read = code.decode("punycode")
        # A code that nobody would make of these letters is another name.
        is_code = not read.isascii() and read.encode("punycode") == code
    except (ValueError, OverflowError):
        return label
    return read if is_code else label


def _without_comments(line: str) -> tuple[str, bool]:
    """The line without what stands in brackets, and without a semicolon in quotes; whether all of them are closed."""
    kept, depth, lowest, is_quoted, at = [], 0, 0, False, 0
    while at < len(line):
        sign = line[at]
        if sign == "\\":
            at += 1
            kept.append(" ")
        elif sign == '"' and not depth:
            is_quoted = not is_quoted
            kept.append(sign)
        elif is_quoted:
            kept.append(" " if sign == ";" else sign)
        elif sign in "()":
            # A space, so that what stood apart makes no word.
            kept.append(" ")
            depth += 1 if sign == "(" else -1
            lowest = min(lowest, depth)
        elif not depth:
            kept.append(sign)
        at += 1
    return "".join(kept), depth == lowest == 0 and not is_quoted

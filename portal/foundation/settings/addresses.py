"""Addresses in settings, taken apart: what Python says about a wrong one may hold a piece of a password."""

import re
from urllib.parse import SplitResult, urlsplit

_HOST = re.compile(r"[\w.-]{1,253}|[0-9a-f:.]+")


def parts_of(text: str, advice: str) -> SplitResult:
    """The parts of an address whose host and port can be, or are not there; ValueError with this advice."""
    try:
        parts = urlsplit(text)
        is_possible = parts.port != 0 and (parts.hostname is None or bool(_HOST.fullmatch(parts.hostname)))
    except ValueError:
        is_possible = False
    if not is_possible:
        # Without a cause: it would stand in a trace.
        raise ValueError(advice) from None
    return parts

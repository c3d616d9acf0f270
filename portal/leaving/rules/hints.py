"""Words that tell staff what a text may mean; nothing is decided by them (specification 2.14)."""

import re
from collections.abc import Iterator

from portal.leaving.rules.work import Flag

# Plain words: a page of the desk looks through fifty messages, and patterns take seven times as long.
_WITHDRAWAL = ("widerruf", "widerrüf", "withdraw", "rücktritt", "ruecktritt")
_NO_WITHDRAWAL = "withdrawal symptoms"
_CANCELLATION = ("kündig", "kuendig", "kundig", "cancel", "terminat", "aufhören", "aufhoren", "beend")
_AGENT = re.compile(
    r"im (auftrag|namen)|i\. ?[av]\.|vollmacht|bevollm|mandant|vertretung|betreuer|vormund|on behalf|attorney|"
    r"power of|aboalarm|volders|\bpp\. ?p|\bnachlass|\berb(e|in|en)\b|executor",
    re.IGNORECASE,
)

_STORE = re.compile(r"app[ -]?store|play[ -]?store|google[ -]?play|app[ -]?gallery|in[ -]app", re.IGNORECASE)


def names_store(text: str) -> bool:
    """Whether somebody says that they bought in an app store, which charges by itself (specification 2.14)."""
    return _STORE.search(text) is not None


def hints_of(kind: str, text: str) -> Iterator[Flag]:
    """What a declaration of that kind may be as well."""
    if kind == "cancellation" and _seems_withdrawal(text.lower()):
        yield Flag.SEEMS_WITHDRAWAL
    if kind == "withdrawal" and _seems_cancellation(text.lower()):
        yield Flag.SEEMS_CANCELLATION
    if _AGENT.search(text):
        yield Flag.AUTHORITY


def seems_declaration(text: str) -> str:
    """`withdrawal` or `cancellation` when a message reads like one, else "": a hint to staff only."""
    small = text.lower()
    if _seems_withdrawal(small):
        return "withdrawal"
    return "cancellation" if _seems_cancellation(small) else ""


def _seems_withdrawal(small: str) -> bool:
    rest = small.replace(_NO_WITHDRAWAL, "")
    return any(map(rest.__contains__, _WITHDRAWAL))


def _seems_cancellation(small: str) -> bool:
    return any(map(small.__contains__, _CANCELLATION))

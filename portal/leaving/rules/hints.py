"""Words that tell staff what a text may mean; nothing is decided by them (specification 2.14)."""

import re
from collections.abc import Iterator

from portal.leaving.rules.work import Flag

_WITHDRAWAL = re.compile(r"widerr[uü]f|widerruf|withdraw(?!al symptoms)|rücktritt|ruecktritt", re.IGNORECASE)
_CANCELLATION = re.compile(r"k[uü]e?ndig|cancel|terminat|aufh[oö]ren|beend", re.IGNORECASE)
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
    if kind == "cancellation" and _WITHDRAWAL.search(text):
        yield Flag.SEEMS_WITHDRAWAL
    if kind == "withdrawal" and _CANCELLATION.search(text):
        yield Flag.SEEMS_CANCELLATION
    if _AGENT.search(text):
        yield Flag.AUTHORITY


def seems_declaration(text: str) -> str:
    """`withdrawal` or `cancellation` when a message reads like one, else "": a hint to staff only."""
    if _WITHDRAWAL.search(text):
        return "withdrawal"
    return "cancellation" if _CANCELLATION.search(text) else ""

"""What an attacker types: any text, texts that are nearly right, and the classics."""

import json
import os
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

# `make attack` asks for more; `make test` is content with a look.
EXAMPLES = int(os.environ.get("PORTAL_ATTACK_EXAMPLES", "25"))
# In `make test` a few forms of each, once, and nobody looks at the time; in `make attack` all of them, many times.
IS_LONG = EXAMPLES > 25
# No deadline, no memory: the same examples everywhere, however busy the machine is.
BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize="PORTAL_ATTACK_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
# Would be an element if it were printed as it is.
MARK = "<xss-probe>"
CLASSICS = (
    "",
    " ",
    "0",
    "-1",
    "1.5",
    "1e999",
    "NaN",
    "Infinity",
    "2147483648",
    "9223372036854775808",
    "9" * 60,
    "１２３",
    "٣",
    "²",
    "true",
    "null",
    "[]",
    "{}",
    "\x00",
    "a\x00b",
    "\ud800",
    "\ufeff",
    "\u202eabc",
    "\u200b",
    "😀" * 40,
    "e" + "\u0301" * 200,
    "İ" * 300,
    "ß" * 300,
    "a\r\nBcc: eve@example.org",
    "a\nSet-Cookie: x=y",
    "=?utf-8?q?=0ABcc:=20eve@example.org?=",
    "=?ü?q?x?=",
    "=?none?q?x?= =?utf-8?b?!?=",
    f"{MARK}<script>alert(1)</script>",
    f'"><img src=x onerror=alert(1)>{MARK}',
    f"javascript:alert(1)//{MARK}",
    f"[x](javascript:alert(1)) ![x](data:text/html;base64,AAAA) {MARK}",
    "{{ 7*7 }}{% raw %}${7*7}#{7*7}",
    "%s%n%(x)s{0}{x.__class__}",
    "' OR '1'='1' --",
    "\\'; DROP TABLE users; --",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd\x00.md",
    "//evil.example/x",
    "/\\evil.example",
    "https://evil.example/",
    "file:///etc/passwd",
    "http://169.254.169.254/latest/",
    "|id",
    "`id`",
    "$(id)",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "*",
    '"',
    "%",
    "_",
    "AND OR NOT (",
    '"a b"~99999',
    "(" * 300,
    "[" * 1500,
    "a" * 300,
    *(
        each * (20_000 // len(each))
        for each in ("x ", "é", "a@", "[a](", "*a", "> ", "- ", "http://", "&#", "\n# ", "1.1.")
    ),
    "eve@example.org",
    "eve@example.org, x@example.org",
    '"a b"@example.org',
    "eve@xn--" + "a" * 80 + ".example",
    "2026-13-45",
    "31.02.2026",
    "0001-01-01",
    "9999-12-31",
    "30.11.2026 25:61",
    "24:00",
    "1.000.000,00",
    "1e400",
    "9" * 5000,
)
ANY = st.text(st.characters(codec=None), max_size=60)


def nearly(*right: str) -> st.SearchStrategy[str]:
    """Anything, a classic, something right, and something right with a piece cut out or put in."""
    broken = st.tuples(st.sampled_from(right), ANY, st.integers(0, 40), st.integers(0, 5)).map(_broken)
    return st.one_of(ANY, st.sampled_from(CLASSICS), st.sampled_from(right), broken)


def _broken(parts: tuple[str, str, int, int]) -> str:
    text, piece, at, length = parts
    at = min(at, len(text))
    return text[:at] + piece[:8] + text[at + length :]


def note(what: str, **numbers: object) -> None:
    """Write down what was tried, for the table of `make attack`."""
    if "PORTAL_ATTACK_LOG" in os.environ:
        with Path(os.environ["PORTAL_ATTACK_LOG"]).open("a") as file:
            file.write(json.dumps({"what": what, **numbers}) + "\n")

"""`Q26-01042-7`: letter, two-digit year, sequence of five digits or more, check digit by H. Michael Damm.

The check digit finds every single wrong digit and every swap of two neighbouring digits; the letter counts too.
"""

import re
from dataclasses import dataclass

_SPOKEN = re.compile(r"\s*([A-Za-z])[\s./_–-]*(\d{2})[\s./_–-]*(\d{5,9})[\s./_–-]*(\d)\s*", re.ASCII)
# Who writes down what was said leaves out zeros; then only separators say where the parts begin.
_WITHOUT_ZEROS = re.compile(r"\s*([A-Za-z])[\s./_–-]*(\d{2})[\s./_–-]+(\d{1,4})[\s./_–-]+(\d)\s*", re.ASCII)


# Damm's own table: from the digit so far (the line) and the next one (the place in it) to the digit then.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
# References of cancellations and withdrawals begin with these; nothing else may be taken for one of them.
OF_DECLARATIONS = frozenset("CW")


@dataclass(frozen=True)
class Number:
    """The parts of a number; `str()` writes it as people read it."""

    letter: str
    year: int
    sequence: int

    @property
    def check(self) -> str:
        """The check digit over all that stands before it."""
        found = "0"
        for digit in f"{ord(self.letter) - 64:02d}{self.year:02d}{self.sequence:05d}":
            found = _DAMM[int(found)][int(digit)]
        return found

    def __str__(self) -> str:
        return f"{self.letter}{self.year:02d}-{self.sequence:05d}-{self.check}"


class Mistyped(ValueError):
    """It has the shape of a number, but the check digit says that something in it is wrong."""


def read_number(typed: str) -> Number | None:
    """The number a person typed, with or without separators; None for anything else, Mistyped if a digit is wrong."""
    found = _SPOKEN.fullmatch(typed[:40]) or _WITHOUT_ZEROS.fullmatch(typed[:40])
    if found is None:
        return None
    number = Number(found[1].upper(), int(found[2]), int(found[3]))
    if number.check != found[4]:
        raise Mistyped(typed)
    return number

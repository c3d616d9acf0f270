"""An answer to one person becomes a text for everybody: what belongs to the person leaves, and a mark says so.

Names are those that the case knows; addresses, numbers and accounts are found by their shape. Rather too much is
taken out than too little: an editor sees every mark, and nothing with a mark in it is published.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum


class Removed(StrEnum):
    """What stood where a mark stands."""

    NAME = "name"
    MAIL = "mail"
    IBAN = "iban"
    PHONE = "phone"
    NUMBER = "number"
    ADDRESS = "address"
    DATE = "date"


_WORDS = {
    "de": {
        Removed.NAME: "Name",
        Removed.MAIL: "E-Mail-Adresse",
        Removed.IBAN: "Kontonummer",
        Removed.PHONE: "Telefonnummer",
        Removed.NUMBER: "Nummer",
        Removed.ADDRESS: "Anschrift",
        Removed.DATE: "Datum",
    },
    "en": {
        Removed.NAME: "name",
        Removed.MAIL: "e-mail address",
        Removed.IBAN: "bank account",
        Removed.PHONE: "phone number",
        Removed.NUMBER: "number",
        Removed.ADDRESS: "address",
        Removed.DATE: "date",
    },
}
_SAID = {"de": "entfernt", "en": "removed"}
_MARK = re.compile(r"\[(?:entfernt|removed): [^\]\n]{1,40}\]")
_MAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[\dA-Z]{2,4}){3,8}\b")
_QUESTION = re.compile(r"\b[A-Z]\d{2}-\d{5,}-\d\b")
_PHONE = re.compile(r"(?<![\w.])(?:\+\d{1,3}|00\d{1,3}|\(?0\d{2,5}\)?)[ /.()-]*\d[\d ()/.-]{4,}\d\b")
_DATE = re.compile(r"\b\d{1,2}\. ?\d{1,2}\. ?\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b")
_NUMBER = re.compile(r"(?<![\w,.])(?!(?:\d{1,3}\.){3}\d{1,3}\b)(?:[A-Z]{1,4}[-/ ]?)?\d(?:[ ./-]?\d){4,}(?!\w|,\d)")
_STREET = (
    r"[A-ZÄÖÜ][\wäöüß.-]*(?:[ -][A-ZÄÖÜ][\wäöüß.-]*){0,3}?[ -]?"
    r"(?:(?:[sS]tra(?:ß|ss)e|[sS]tr\.|[wW]eg|[gG]asse|[pP]latz|[aA]llee|[rR]ing"
    r"|[uU]fer|[dD]amm|graben)| Street| Road| Lane)"
)
_ADDRESS = re.compile(
    rf"\b{_STREET} \d{{1,4}} ?[a-z]?\b(?:,? *\n? *\d{{5}} [A-ZÄÖÜ][\wäöüß-]+(?: [A-ZÄÖÜ][\wäöüß-]+)?)?"
)
_TOWN = re.compile(r"\b(?:D-)?\d{5} [A-ZÄÖÜ][\wäöüß-]+\b")
_GREETING = re.compile(
    r"\b(Frau|Herrn?|Familie|Mrs|Mr|Ms|Dr\.|Dear|Hello|Hallo|Liebe[r]?)\.? (?:Dr\. |Prof\. )?"
    r"[A-ZÄÖÜ][\wäöüß'-]+(?: [A-ZÄÖÜ][\wäöüß'-]+)?"
)
_OPENING = re.compile(r"^(?:guten tag|hallo|hello|dear|sehr geehrte|liebe)\b.{0,80}$", re.IGNORECASE)
_CLOSING = re.compile(
    r"^(?:freundliche|herzliche|mit freundlichen|beste|viele|liebe) (?:grüße|grüßen)\b|^(?:kind|best|warm) regards\b"
    r"|^yours (?:sincerely|faithfully)\b",
    re.IGNORECASE,
)
_SHORTEST_NAME = 3
# In this order: a longer shape must not be cut by a shorter one.
_SHAPES = (
    (_MAIL, Removed.MAIL),
    (_IBAN, Removed.IBAN),
    (_QUESTION, Removed.NUMBER),
    (_ADDRESS, Removed.ADDRESS),
    (_TOWN, Removed.ADDRESS),
    (_DATE, Removed.DATE),
    (_PHONE, Removed.PHONE),
    (_NUMBER, Removed.NUMBER),
)


def cleaned(text: str, names: Iterable[str], *, language: str) -> str:
    """The text without greeting and closing, and without what belongs to a person; marks in that language.

    `names` are people the case knows.
    """
    marks = {kind: f"[{_SAID[language]}: {word}]" for kind, word in _WORDS[language].items()}
    body = _without_frame(text)
    for shape, kind in _SHAPES:
        body = shape.sub(marks[kind], body)
    body = _GREETING.sub(lambda found: f"{found[1]} {marks[Removed.NAME]}", body)
    return _without_names(body, names, marks).strip()


def marks_in(*texts: str) -> int:
    """How many marks of what was removed stand in these texts."""
    return sum(len(_MARK.findall(text)) for text in texts)


def _without_frame(text: str) -> str:
    """Without the line that greets and everything from the closing on."""
    lines = text.strip().splitlines()
    if lines and _OPENING.match(lines[0].strip()):
        lines = lines[1:]
    ends = [at for at, line in enumerate(lines) if _CLOSING.match(line.strip())]
    return "\n".join(lines[: ends[-1]] if ends else lines).strip()


def _without_names(text: str, names: Iterable[str], marks: Mapping[Removed, str]) -> str:
    words = {part for name in names for part in [name.strip(), *name.split()] if len(part.strip(".")) >= _SHORTEST_NAME}
    for word in sorted(words, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(word)}(?:s|'s|’s)?(?!\w)", marks[Removed.NAME], text, flags=re.IGNORECASE)
    double = re.escape(marks[Removed.NAME])
    return re.sub(rf"{double}(?: {double})+", marks[Removed.NAME], text)

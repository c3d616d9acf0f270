"""The wording of a declaration, to be saved by whoever made it (spec leaving 2.8, D1; § 312k (3) and (4) BGB).

The words are fixed here and not in the catalogs: `LABEL_VERSION` names them in the record, and the hash of a wording
must never change because a sentence elsewhere was made nicer.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from portal.leaving.rules.declarations import Arrival, CancellationKind, Channel, Kind, Said

LABEL_VERSION = "2026-11-28.2"
# The mark of an arrival whose time nobody can vouch for: our clock was found to be wrong (spec 2.14).
UNCERTAIN = "clock"
# What of a field stands in documents; the row keeps all of it (`raw_fields`).
SHOWN_LIMIT = 5000

# Titles, buttons and links to the letter of spec 2.2.
TITLES: Mapping[str, Mapping[Kind, str]] = MappingProxyType(
    {
        "de": {Kind.CANCELLATION: "Kündigung", Kind.WITHDRAWAL: "Widerruf"},
        "en": {Kind.CANCELLATION: "Cancellation", Kind.WITHDRAWAL: "Withdrawal"},
    }
)
BUTTONS: Mapping[str, Mapping[Kind, str]] = MappingProxyType(
    {
        "de": {Kind.CANCELLATION: "jetzt kündigen", Kind.WITHDRAWAL: "Widerruf bestätigen"},
        "en": {Kind.CANCELLATION: "cancel now", Kind.WITHDRAWAL: "Confirm withdrawal"},
    }
)
LINKS: Mapping[str, Mapping[Kind, str]] = MappingProxyType(
    {
        "de": {Kind.CANCELLATION: "Verträge hier kündigen", Kind.WITHDRAWAL: "Vertrag widerrufen"},
        "en": {Kind.CANCELLATION: "Cancel contracts here", Kind.WITHDRAWAL: "Withdraw from contract here"},
    }
)
_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "de": {
            "cause": "Art der Kündigung",
            "ordinary": "ordentliche Kündigung",
            "for_cause": "außerordentliche Kündigung",
            "reason": "Kündigungsgrund",
            "name": "Name",
            "identity": "Kundennummer oder Anschrift",
            "about": "Vertrag",
            "end": "Ende des Vertrags",
            "earliest": "zum frühestmöglichen Zeitpunkt",
            "wished": "am {}",
            "part": "Nur diese Teile",
            "email": "E-Mail-Adresse für die Bestätigung",
            "nothing": "nicht angegeben",
            "to": "An",
            "declared": "Abgegeben",
            "received": "Eingegangen",
            "pressed": "Diese Erklärung wurde durch Drücken der Schaltfläche „{button}“ auf {url} abgegeben.",
            "question": "Diese Erklärung ist in der Anfrage {number} enthalten.",
            "written": "Diese Erklärung ist auf anderem Weg eingegangen ({way}) und wurde von unserem Team erfasst.",
            "no_time": "ohne Zeitangabe, weil unsere Uhr dabei falsch ging; die Erklärung gilt ab ihrem Eingang",
            "longer": "[hier gekürzt: {typed} Zeichen eingegeben; alle sind bei uns gespeichert]",
            "mail": "E-Mail",
            "letter": "Brief",
            "phone": "Telefon",
            "person": "persönlich",
        },
        "en": {
            "cause": "Kind of cancellation",
            "ordinary": "ordinary cancellation",
            "for_cause": "cancellation for cause",
            "reason": "Reason",
            "name": "Name",
            "identity": "Customer number or address",
            "about": "Contract",
            "end": "End of the contract",
            "earliest": "earliest possible date",
            "wished": "on {}",
            "part": "Only these parts",
            "email": "Email address for the confirmation",
            "nothing": "not given",
            "to": "To",
            "declared": "Submitted",
            "received": "Received",
            "pressed": "This declaration was made by pressing the button “{button}” on {url}.",
            "question": "This declaration is contained in the question {number}.",
            "written": "This declaration reached us in another way ({way}) and was written down by our team.",
            "no_time": "without a time, because our clock was wrong then; the declaration counts from its arrival",
            "longer": "[shortened here: {typed} characters were typed; we have stored all of them]",
            "mail": "email",
            "letter": "letter",
            "phone": "phone",
            "person": "in person",
        },
    }
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_GERMAN_ZONES = {"CET": "MEZ", "CEST": "MESZ"}
# What mail programs would turn into a link: a scheme, or a dot or an at sign between letters.
_SCHEME = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,15}):(?=//)|://")
_JOINT = re.compile(r"(?<=[^\W\d])([.])(?=\w)|(?<=\w)([.])(?=[^\W\d])|(?<=\w)(@)(?=\w)")
_CUT, _CUT_REASON = 200, 500
_BRIEF = frozenset({"cause", "about", "end", "part"})


def shown_moment(moment: datetime, zone: str, language: str) -> str:
    """`22.11.2026, 23:58:41 Uhr (MEZ, UTC+01:00)` or `22 Nov 2026, 23:58:41 (CET, UTC+01:00)`."""
    local = moment.astimezone(ZoneInfo(zone))
    offset = _offset(local.utcoffset() or timedelta(0))
    name = local.tzname() or ""
    if language == "de":
        # Zones without a name of letters are called by their offset alone.
        named = _GERMAN_ZONES.get(name, name)
        return f"{local:%d.%m.%Y, %H:%M:%S} Uhr ({_named(named)}{offset})"
    return f"{local.day} {_MONTHS[local.month - 1]} {local:%Y, %H:%M:%S} ({_named(name)}{offset})"


def spoken_moment(moment: datetime, zone: str, language: str) -> str:
    """A moment inside a sentence: `22.11.2026 um 23:58:41 Uhr (MEZ, UTC+01:00)`, `… at 23:58:41 (…)`."""
    return shown_moment(moment, zone, language).replace(", ", " um " if language == "de" else " at ", 1)


def spoken_arrival(moment: datetime, zone: str, language: str, marks: Sequence[str]) -> str:
    """The moment of receipt inside a sentence; no time where our clock was wrong."""
    return _WORDS[language]["no_time"] if UNCERTAIN in marks else spoken_moment(moment, zone, language)


def wording(said: Said, arrival: Arrival, trader: Sequence[str]) -> str:
    """The text whose hash is kept: recipient, every field, both times, and how it was declared."""
    words, language = _WORDS[arrival.language], arrival.language
    lines = [f"{words['to']}: {', '.join(trader)}"]
    lines += [_line(label, value or words["nothing"]) for label, value in fields(said, language)]
    for name, moment in (("declared", arrival.declared_at), ("received", arrival.received_at)):
        shown = words["no_time"] if UNCERTAIN in arrival.marks else shown_moment(moment, arrival.zone, language)
        lines.append(f"{words[name]}: {shown}")
    return "\n".join([*lines, _how(said, arrival)]) + "\n"


def document(title_kind: Kind, language: str, reference: str, text: str) -> str:
    """D1 as a file: heading, reference, the wording between two lines, and its hash."""
    of = {
        "de": ("Vorgang", "Wortlaut der Erklärung", "SHA-256 des Wortlauts zwischen den beiden Linien", "wird ergänzt"),
        "en": ("Reference", "Wording of the declaration", "SHA-256 of the wording between the lines", "will be added"),
    }[language]
    rule = "-" * 40
    head = f"{TITLES[language][title_kind]}\n\n{of[0]}: {reference or of[3]}\n\n{of[1]}\n"
    return f"{head}{rule}\n{text}{rule}\n{of[2]}:\n{sha256(text)}\n"


def labels(language: str) -> Mapping[str, str]:
    """The names of the fields, the same on the page and in documents."""
    return _WORDS[language]


def sha256(text: str) -> str:
    """The hash that documents and record name."""
    return hashlib.sha256(text.encode()).hexdigest()


def fields(said: Said, language: str) -> tuple[tuple[str, str], ...]:
    """Label and value of every statutory field in the order of the page; "" where nothing was said."""
    words = _WORDS[language]
    return tuple((words[name], _shown(value, language)) for name, value in _values(said, words))


def mail_fields(said: Said, language: str, *, is_brief: bool = False) -> list[list[str]]:
    """Label and value of every field for a mail to an unconfirmed address: short, on one line, without links (SR-51).

    Where many declarations stand in one mail (`is_brief`), only what tells them apart; all of it is in its file.
    """
    words, shown = _WORDS[language], []
    for name, value in _values(said, words):
        if is_brief and (name not in _BRIEF or (name == "part" and not value)):
            continue
        limit = _CUT_REASON if name in ("reason", "part") else _CUT
        line = " ".join(value.split())
        cut = line if len(line) <= limit else f"{line[:limit].rstrip()} …"
        shown.append([words[name], (cut if name == "email" else without_links(cut)) or words["nothing"]])
    return shown


def without_links(text: str) -> str:
    """The text as no mail program makes a link of it: `www . example . org`."""
    parted = _JOINT.sub(lambda found: f" {found[0]} ", text)
    return _SCHEME.sub(lambda found: f"{found[1] or ''} : ", parted).replace("//", "/ /")


def _values(said: Said, words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if said.kind is Kind.WITHDRAWAL:
        yield from (("name", said.name), ("about", said.about), ("part", said.part), ("email", said.email))
        return
    yield "cause", words["for_cause" if said.cause is CancellationKind.FOR_CAUSE else "ordinary"]
    yield "reason", said.reason
    yield from (("name", said.name), ("identity", said.identity), ("about", said.about))
    yield "end", words["wished"].format(said.wished) if said.is_on_date and said.wished else words["earliest"]
    yield "email", said.email


def _shown(value: str, language: str) -> str:
    if len(value) <= SHOWN_LIMIT:
        return value
    return f"{value[:SHOWN_LIMIT]} {_WORDS[language]['longer'].format(typed=len(value))}"


def _line(label: str, value: str) -> str:
    """Several lines of one field are set in, so that nobody can write a line that looks like one of ours."""
    return (
        f"{label}: {value}"
        if "\n" not in value
        else f"{label}:\n" + "\n".join(f"    {line}" for line in value.split("\n"))
    )


def _how(said: Said, arrival: Arrival) -> str:
    words = _WORDS[arrival.language]
    if arrival.channel is Channel.WEB:
        return words["pressed"].format(button=BUTTONS[arrival.language][said.kind], url=arrival.url)
    if arrival.channel is Channel.QUESTION:
        return words["question"].format(number=arrival.question_number)
    return words["written"].format(way=words[arrival.channel.value])


def _named(name: str) -> str:
    return f"{name}, " if name and name[0].isalpha() else ""


def _offset(offset: timedelta) -> str:
    minutes = int(offset.total_seconds() // 60)
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"

"""What each kind of mail is given, to print every one of them; the people are the cast."""

from typing import Any

_QUESTION = {
    "number": "Q26-01042-7",
    "key": "AnnasKeyAnnasKeyAnnasKeyAnnasKeyAnnasKey123",
    "name": "Anna Berger",
    "subject": "Rechnung im November doppelt abgebucht",
    "due_at": "2026-12-17T11:00:00+00:00",
    "level": "Frage",
    "minutes": 600,
    "is_call": False,
    "before": "2026-12-16T16:00:00+00:00",
    "reason": "Die Technik misst die Leitung erst morgen früh nach.",
    "remind_at": "2026-12-23T17:00:00+00:00",
    "close_at": "2027-01-07T17:00:00+00:00",
    "reopen_until": "2026-12-30T10:00:00+00:00",
    "by_silence": False,
    "to_name": "Dora Lindner",
    "from_name": "Clara Vogt",
    "merged": "Q26-01043-3",
    "can_wish": True,
    "files": 2,
    "article": 121,
    "title": "Warum wurde zweimal abgebucht?",
}
_ACCOUNT = {
    "key": "AnnasKeyAnnasKeyAnnasKeyAnnasKeyAnnasKey123",
    "name": "Anna Berger",
    "next": "",
    "what": "recovery",
    "left": 7,
    "called": "anna.berger",
    "begin_with": "",
}
_LEAVING = {
    "reference": "C26-00042-5",
    "received": "16.12.2026 um 11:00:00 Uhr (MEZ, UTC+01:00)",
    "fields": [
        ["Art der Kündigung", "ordentliche Kündigung"],
        ["Kündigungsgrund", "nicht angegeben"],
        ["Name", "Anna Berger"],
        ["Vertrag", "Glasfaser 100, V-20417"],
        ["Ende des Vertrags", "zum frühestmöglichen Zeitpunkt"],
        ["E-Mail-Adresse für die Bestätigung", "anna@example.org"],
    ],
    "is_for_cause": False,
    "is_on_date": False,
    "wished_on": "",
    "work_due_at": "2026-12-17T10:00:00+00:00",
    "key": "AnnasKeyAnnasKeyAnnasKeyAnnasKeyAnnasKey123",
    "kind": "cancellation",
    "product": "Glasfaser 100",
    "contract_number": "V-20417",
    "price": "39,90 € im Monat",
    "cause_word": "ordentliche Kündigung",
    "name": "Anna Berger",
    "ends_on": "2027-01-16",
    "claimed_on": "",
    "is_over": False,
    "is_valid": False,
    "objection_until": "2027-01-16",
    "objection_key": "ObjectionKeyObjectionKeyObjectionKeyObjecti",
    "receipt_key": "AnnasKeyAnnasKeyAnnasKeyAnnasKeyAnnasKey123",
    "document": {"name": "kuendigung-C26-00042-5.txt", "text": "Kündigung"},
}
_BRIEF = [
    ["Art der Kündigung", "ordentliche Kündigung"],
    ["Vertrag", "Glasfaser 100, V-20417"],
    ["Ende des Vertrags", "zum frühestmöglichen Zeitpunkt"],
]
_FURTHER = _LEAVING | {"reference": "C26-00043-3", "product": "Glas Mobil", "contract_number": "V-20980", "ends_on": ""}
_MANY = {
    "items": [
        _LEAVING | {"brief": _BRIEF, "ends_on": ""},
        _FURTHER | {"brief": _BRIEF, "is_on_date": True, "wished_on": "2027-06-30"},
        _FURTHER | {"brief": _BRIEF[1:2], "kind": "withdrawal", "reference": "W26-00007-1"},
    ],
    "document": {"name": "erklaerungen.txt", "text": "Kündigung"},
}
_DEPARTURE = {
    "key": "AnnasKeyAnnasKeyAnnasKeyAnnasKeyAnnasKey123",
    "list_key": "AnnasListAnnasListAnnasListAnnasListAnna123",
    "name": "Anna Berger",
    "numbers": ["Q26-01042-7", "Q26-01043-3"],
    "undo_until": "2026-12-30T10:00:00+00:00",
    "erase_at": "2026-12-30T10:00:00+00:00",
    "kept": [
        {"what": "Kündigung C26-00017-2", "norm": "§ 147 AO, § 257 HGB", "until": "31. Dezember 2032"},
        {"what": "Vertrag 4711", "norm": "Art. 6 (1) (b) DSGVO", "until": ""},
    ],
}


def payload_of(kind: str) -> dict[str, Any]:
    """A payload with everything that mails of this room may ask for."""
    if kind == "leaving_question":
        contracts = [{"product": "Glasfaser 100", "number": "V-20417"}, {"product": "Glas Mobil", "number": "V-20980"}]
        return _LEAVING | {"product": "", "contracts": contracts, "choice_key": _LEAVING["receipt_key"]}
    if kind == "leaving_confirmations":
        return _MANY
    if kind == "leaving_dates":
        further = _FURTHER | {"ends_on": "2027-02-28", "receipt_key": "", "wished_on": "2026-12-31"}
        return {"items": [_LEAVING, further], "name": "Anna Berger"}
    if kind == "leaving_withdrawal":
        return _LEAVING | {"reference": "W26-00007-1", "fields": _LEAVING["fields"][2:4]}
    if kind == "leaving_cancellation":
        return _LEAVING | {"ends_on": ""}  # as to a typed address: without the exact date
    given = {"question": _QUESTION, "article": _QUESTION, "departure": _DEPARTURE, "leaving": _LEAVING}
    account = _ACCOUNT | ({"what": "linked"} if kind == "account_company" else {})
    return dict(given.get(kind.partition("_")[0], account))

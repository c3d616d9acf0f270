"""Contracts from a table file: what would happen, line by line, and doing it; the same file twice changes nothing."""

from collections.abc import Mapping
from datetime import datetime

from portal.contracts.actions import changed_columns, keep_imported
from portal.contracts.books import Book, Compared, LineFault, Preview, import_from, imported, look_at
from portal.contracts.models import Contract
from portal.contracts.queries import contracts_by_keys, locked_keys
from portal.contracts.reading import FIELDS, REQUIRED, Written, read_contract
from portal.foundation.table_files import Columns
from portal.journal.rules import Actor

_ALIASES = {
    "number": ("contract_number", "contract", "vertragsnummer", "vertrag"),
    "customer_number": ("kundennummer", "customer number"),
    "holder": ("name", "inhaber", "kunde"),
    "email": ("e-mail", "mail", "e_mail", "e-mail-adresse"),
    "language": ("sprache",),
    "postal_address": ("address", "anschrift", "adresse"),
    "product": ("produkt", "tarif"),
    "price": ("preis",),
    "started_on": ("start", "beginn", "vertragsbeginn"),
    "first_term_end": ("mindestlaufzeit_bis", "mindestlaufzeit bis", "first term end"),
    "notice": ("kündigungsfrist", "kuendigungsfrist", "notice_period"),
    "grid": ("kündbar zum", "kuendbar_zum", "termin"),
    "billing": ("abrechnung", "abrechnungszeitraum", "billing_period"),
    "billed_from": ("abgerechnet_ab", "abgerechnet ab"),
    "renewal": ("verlängerung", "verlaengerung"),
    "country": ("land",),
    "zone": ("zeitzone", "time_zone"),
    "is_consumer": ("verbraucher", "consumer"),
    "ends_on": ("ende", "endet am", "vertragsende"),
}


def preview(content: bytes) -> Preview:
    """What this file would do, line by line; TroubledFile when it is no table of contracts at all."""
    return look_at(CONTRACTS, content)


def apply(content: bytes, *, by: Actor, now: datetime, file_name: str = "") -> Preview:
    """Import every correct line of the file; what comes back says what was done, the faulty lines among it."""
    return import_from(CONTRACTS, content, origin=imported(by, file_name), by=by, now=now)


def _compared(written: Mapping[str, Written]) -> dict[str, Compared]:
    locked = {key: Compared(faults=(LineFault.LOCKED,)) for key in locked_keys(list(written))}
    known = contracts_by_keys(list(written))
    return {key: Compared(_changes(contract, written[key])) for key, contract in known.items()} | locked


def _changes(contract: Contract, written: Written) -> list[str]:
    changed = changed_columns(contract, written)
    if written.ends_on and written.ends_on != contract.ends_on:
        changed.append("ends_on")
    return changed


CONTRACTS = Book(
    columns=Columns({name: _ALIASES[name] for name in FIELDS}, REQUIRED),
    about="holder",
    read=read_contract,
    compare=_compared,
    keep=keep_imported,
)

"""Contracts from a table file: what would happen, line by line, and doing it; the same file twice changes nothing."""

from collections.abc import Mapping
from typing import Any

from portal.contracts.actions import changed_columns, end_after, keep_imported
from portal.contracts.books import Book, Compared, LineFault, Preview, look_at
from portal.contracts.models import Contract
from portal.contracts.queries import contracts_by_keys, locked_keys
from portal.contracts.reading import FIELDS, REQUIRED, Fault, Written, read_contract, span_text
from portal.foundation.files.table_files import Columns

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


def fields_of(contract: Contract) -> dict[str, Any]:
    """A kept contract, with its customer, by the fields in which it is written; days are days."""
    terms = contract.terms
    return {
        "number": contract.number,
        "customer_number": contract.customer_number,
        "holder": contract.holder,
        "email": contract.customer.email,
        "language": contract.customer.language,
        "postal_address": contract.postal_address,
        "product": contract.product,
        "price": contract.price,
        "started_on": terms.started_on,
        "first_term_end": terms.first_term_end,
        "notice": span_text(terms.notice),
        "grid": terms.grid.value,
        "billing": span_text(terms.billing),
        "billed_from": terms.billed_from,
        "renewal": span_text(terms.renewed_for) if terms.renewed_for else terms.renewal.value,
        "country": contract.country,
        "zone": terms.zone,
        "is_consumer": contract.is_consumer,
        "ends_on": contract.ends_on,
    }


def _read(given: Mapping[str, str], contract: Contract | None) -> tuple[Written | None, list[Fault]]:
    return read_contract(given, {name: _text(value) for name, value in fields_of(contract).items()} if contract else {})


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _compared(written: Mapping[str, Written], kept: Mapping[str, Contract]) -> dict[str, Compared]:
    locked = {key: Compared(faults=(LineFault.LOCKED,)) for key in locked_keys(list(written))}
    return {key: Compared(_changes(kept[key], each)) for key, each in written.items() if key in kept} | locked


def _changes(contract: Contract, written: Written) -> list[str]:
    changed = changed_columns(contract, written)
    return changed if end_after(contract, written) == contract.ends_on else [*changed, "ends_on"]


CONTRACTS = Book(
    columns=Columns({name: _ALIASES[name] for name in FIELDS}, REQUIRED),
    about="holder",
    find=contracts_by_keys,
    read=_read,
    compare=_compared,
    keep=keep_imported,
)

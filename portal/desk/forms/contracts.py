"""The shape of a contract as it is typed at the desk, and of a file with many."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from portal.contracts.models import Contract
from portal.contracts.reading import Fault, Mistake, Written, read_contract
from portal.contracts.rules.terms import Country, Flaw, Grid, Renewal, Unit
from portal.contracts.words import fault_sentence, grid_word, unit_word
from portal.foundation.forms import PersonForm
from portal.foundation.i18n import current_language

_SPANS = ("notice", "billing", "renewed")
_SAME = (
    *("number", "customer_number", "holder", "email", "postal_address", "product", "price"),
    *("started_on", "first_term_end", "billed_from", "ends_on", "grid", "country", "zone", "is_consumer"),
)


class ContractForm(PersonForm):
    """Every field of a contract; what is wrong stands beside its field after `read`."""

    # In the order of the page, which is that of the summary of what is wrong.
    number = StringField(_l("Contract number"))
    product = StringField(_l("Product"))
    price = StringField(_l("Price, in words (optional)"))
    holder = StringField(_l("Contract holder"))
    email = StringField(_l("E-mail address on file"))
    customer_number = StringField(_l("Customer number (optional)"))
    postal_address = TextAreaField(_l("Postal address (optional)"))
    is_consumer = SelectField(_l("Customer is a"), validate_choice=False)
    country = SelectField(_l("Law"), validate_choice=False)
    zone = StringField(_l("Time zone (optional)"))
    started_on = StringField(_l("Start"))
    first_term_end = StringField(_l("Last day of the first term (optional)"))
    renewal = SelectField(_l("After the first term"), validate_choice=False)
    renewed_count = StringField(_l("Renews each time for"))
    renewed_unit = SelectField(_l("Unit"), validate_choice=False)
    notice_count = StringField(_l("Notice period"))
    notice_unit = SelectField(_l("Unit"), validate_choice=False)
    grid = SelectField(_l("Can be ended to"), validate_choice=False)
    billing_count = StringField(_l("Billing period"))
    billing_unit = SelectField(_l("Unit"), validate_choice=False)
    billed_from = StringField(_l("First day of a billing period, if not the start (optional)"))
    ends_on = StringField(_l("Ends on (optional)"))
    version = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = [(each.value, unit_word(each)) for each in (Unit.MONTHS, Unit.WEEKS, Unit.DAYS)]
        for name in _SPANS:
            self[f"{name}_unit"].choices = units
        self.grid.choices = [(each.value, grid_word(each)) for each in Grid]
        self.country.choices = _countries()
        self.is_consumer.choices = [("yes", _("consumer")), ("no", _("business"))]
        self.renewal.choices = [
            (Renewal.INDEFINITE.value, _("runs on without a fixed end")),
            (Renewal.NONE.value, _("ends by itself")),
            (Renewal.FIXED.value, _("renews for a term")),
        ]

    @classmethod
    def empty(cls) -> "ContractForm":
        """The form of a new contract, with what most contracts have."""
        return cls(formdata=None, data={"notice_count": "1", "billing_count": "1", "renewed_count": "12"})

    @classmethod
    def of(cls, contract: Contract) -> "ContractForm":
        """The form of a contract as it is kept."""
        return cls(formdata=None, data=_typed(contract))

    def read(self) -> Written | None:
        """The contract, or None with what is wrong beside each field."""
        if not self.validate():
            return None
        written, faults = read_contract(self._fields_of_reading())
        for fault in faults:
            self._blame(fault)
        return written

    def _fields_of_reading(self) -> dict[str, str]:
        given = {name: str(self[name].data or "") for name in _SAME}
        spans = {name: f"{self[f'{name}_count'].data or ''} {self._unit(name)}".strip() for name in _SPANS}
        renewal = str(self.renewal.data or "")
        given["renewal"] = spans.pop("renewed") if renewal == Renewal.FIXED else renewal
        return {**given, **spans}

    def _unit(self, name: str) -> str:
        """The unit beside a number, in the words of the page: they stand in what is said of it."""
        chosen = self[f"{name}_unit"].data or ""
        return unit_word(Unit(chosen)) if chosen in list(Unit) else str(chosen)

    def changed_since(self, kept: "ContractForm") -> list[tuple[str, str]]:
        """Label and value of each field that stands otherwise in `kept`, the form of the contract as it is now."""
        return [
            (str(each.label.text), dict(getattr(each, "choices", ())).get(each.data, each.data) or "–")
            for each in kept
            if each.name not in ("token", "version") and str(each.data or "") != str(self[each.name].data or "")
        ]

    def _blame(self, fault: Fault) -> None:
        name, what = {"notice": "notice_count", "billing": "billing_count"}.get(fault.field, fault.field), fault.what
        if name == "renewal" and self.renewal.data == Renewal.FIXED and what == Mistake.NO_CHOICE:
            name, what = "renewed_count", Mistake.NO_SPAN if self.renewed_count.data else Flaw.NO_RENEWED_TERM
        elif what == Mistake.NO_SPAN and not self[name].data:
            what = Mistake.MISSING
        field = self[name]
        field.errors = (*field.errors, fault_sentence(replace(fault, what=what)))


class ImportForm(PersonForm):
    """A file from the company's books."""

    file = FileField(_l("File"))


def _typed(contract: Contract) -> dict[str, Any]:
    days = {name: getattr(contract, name) for name in ("started_on", "first_term_end", "billed_from", "ends_on")}
    texts: Sequence[str] = ("number", "customer_number", "holder", "postal_address", "product", "price", "zone")
    return {
        **{name: getattr(contract, name) for name in texts},
        **{name: _day(value) for name, value in days.items()},
        "email": contract.customer.email,
        "notice_count": str(contract.notice_count),
        "notice_unit": contract.notice_unit,
        "billing_count": str(contract.billing_count),
        "billing_unit": contract.billing_unit,
        "renewed_count": str(contract.renewed_count or ""),
        "renewed_unit": contract.renewed_unit or Unit.MONTHS.value,
        "renewal": contract.renewal,
        "grid": contract.grid,
        "country": contract.country,
        "is_consumer": "yes" if contract.is_consumer else "no",
        "version": str(contract.version),
    }


def _day(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:%d.%m.%Y}" if current_language() == "de" else f"{value:%Y-%m-%d}"


def _countries() -> list[tuple[str, str]]:
    words = {Country.DE: _("German law"), Country.AT: _("Austrian law"), Country.CH: _("Swiss law")}
    return [(each.value, words[each]) for each in Country]

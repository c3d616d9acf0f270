"""Terms and faults of contracts in sentences, for customers, for the desk and for whoever imports a file."""

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.contracts.books import LineFault, Outcome
from portal.contracts.models import Contract
from portal.contracts.reading import Fault, Mistake
from portal.contracts.rules.terms import Flaw, Grid, Renewal, Span, Unit
from portal.foundation.files.table_files import LINE_LIMIT, SIZE_LIMIT, Trouble, TroubledFile

_MEGABYTE = 1024 * 1024


def field_word(name: str) -> str:
    """What a field is called."""
    return {
        "number": _("Contract number"),
        "customer_number": _("Customer number"),
        "holder": _("Contract holder"),
        "email": _("E-mail address on file"),
        "language": _("Language"),
        "postal_address": _("Postal address"),
        "product": _("Product"),
        "price": _("Price"),
        "started_on": _("Start"),
        "first_term_end": _("First term until"),
        "notice": _("Notice period"),
        "grid": _("Can be ended to"),
        "billing": _("Billing period"),
        "billed_from": _("First day of a billing period"),
        "renewal": _("After the first term"),
        "country": _("Law"),
        "zone": _("Time zone"),
        "is_consumer": _("Consumer"),
        "ends_on": _("Ends on"),
    }.get(name, name)


def fault_sentence(fault: Fault | LineFault) -> str:
    """What is wrong, why, and what to write instead."""
    if isinstance(fault, LineFault):
        return {
            LineFault.TWICE: _("This number stands in an earlier line of the file already."),
            LineFault.LOCKED: _("This customer was erased; what the law has kept of it is not shown and not imported."),
            LineFault.TOO_MANY_FIELDS: _("This line has more fields than the first line has columns."),
        }[fault]
    return _flaw(fault.what) if isinstance(fault.what, Flaw) else _mistake(fault, fault.what)


def trouble_sentence(error: TroubledFile) -> str:
    """Why a file cannot be read at all, with all that is in the way."""
    return " ".join(_trouble(trouble, ", ".join(names)) for trouble, names in error.troubles.items())


def _trouble(trouble: Trouble, names: str) -> str:
    return {
        Trouble.EMPTY: _("The file is empty."),
        Trouble.TOO_LARGE: _("The file is larger than %(size)s MB.", size=SIZE_LIMIT // _MEGABYTE),
        Trouble.TOO_MANY_LINES: _("The file has more than %(count)s lines. Please split it.", count=LINE_LIMIT),
        Trouble.NO_ENCODING: _("The file is no text in UTF-8, UTF-16 or Windows-1252."),
        Trouble.NO_TABLE: _("The file is no table with semicolons, commas or tabs between its columns."),
        Trouble.MISSING_COLUMNS: _("These columns are missing in the first line: %(names)s.", names=names),
        Trouble.UNKNOWN_COLUMNS: _("These columns are not known: %(names)s.", names=names),
        Trouble.DOUBLE_COLUMNS: _("These columns stand there more than once: %(names)s.", names=names),
    }[trouble]


def outcome_word(outcome: Outcome) -> str:
    """What a line of an import does."""
    return {
        Outcome.NEW: _("new"),
        Outcome.CHANGED: _("changed"),
        Outcome.SAME: _("unchanged"),
        Outcome.FAULTY: _("wrong"),
    }[outcome]


def span_words(span: Span) -> str:
    """`1 month`, `14 days`."""
    if span.unit == Unit.MONTHS:
        return str(ngettext("%(num)s month", "%(num)s months", span.count))
    if span.unit == Unit.WEEKS:
        return str(ngettext("%(num)s week", "%(num)s weeks", span.count))
    return str(ngettext("%(num)s day", "%(num)s days", span.count)) if span.count else _("none")


def grid_word(grid: Grid) -> str:
    """To which days a contract can be ended."""
    return {
        Grid.ANY_DAY: _("any day"),
        Grid.PERIOD_END: _("the end of a billing period"),
        Grid.MONTH_END: _("the end of a month"),
    }[grid]


def renewal_words(contract: Contract) -> str:
    """What follows the first term."""
    terms = contract.terms
    if terms.renewal == Renewal.FIXED and terms.renewed_for:
        return _("renews for %(span)s each time", span=span_words(terms.renewed_for))
    return _("ends by itself") if terms.renewal == Renewal.NONE else _("runs on without a fixed end")


def unit_word(unit: Unit) -> str:
    """The unit beside a number that is still to be typed."""
    return {Unit.DAYS: _("days"), Unit.WEEKS: _("weeks"), Unit.MONTHS: _("months")}[unit]


def _mistake(fault: Fault, what: Mistake) -> str:
    return {
        Mistake.MISSING: _("This is missing."),
        Mistake.TOO_LONG: _("Please shorten this to %(count)s characters.", count=fault.written),
        Mistake.NO_NUMBER: _("A number needs letters or digits."),
        Mistake.NO_ADDRESS: _("“%(written)s” is no e-mail address.", written=fault.written),
        Mistake.NO_DATE: _("“%(written)s” is no date. Write it like 30.11.2026 or 2026-11-30.", written=fault.written),
        Mistake.NO_SPAN: _(
            "“%(written)s” is no length of time. Write it like “1 month” or “14 days”.", written=fault.written
        ),
        Mistake.NO_CHOICE: _("“%(written)s” is none of the possible values.", written=fault.written),
        Mistake.NO_ZONE: _("“%(written)s” is no time zone. Write it like Europe/Berlin.", written=fault.written),
        Mistake.NO_AMOUNT: _(
            "“%(written)s” is no amount that can be read in one way only. Write it like 1.234,50 or 49.90.",
            written=fault.written,
        ),
        Mistake.NO_CURRENCY: _(
            "“%(written)s” names no currency with hundredths. Write it like EUR.", written=fault.written
        ),
        Mistake.TOO_EARLY: _("“%(written)s” lies before the invoice itself.", written=fault.written),
        Mistake.NOBODY: _("Write whose it is: an e-mail address, a customer number or a contract number."),
        Mistake.STRANGER: _(
            "Nobody we know has “%(written)s”. Write the e-mail address beside it.", written=fault.written
        ),
        Mistake.SEVERAL: _(
            "Several customers have “%(written)s”. Write the e-mail address beside it.", written=fault.written
        ),
    }[what]


def _flaw(flaw: Flaw) -> str:
    return {
        Flaw.FIRST_TERM_TOO_LONG: _("A first term of more than 24 months is void for consumers (§ 309 Nr. 9 a BGB)."),
        Flaw.NOTICE_TOO_LONG: _(
            "A notice period of more than one month is void for consumers (§ 309 Nr. 9 c BGB). "
            "29 days are longer than a month that ends in February: write 1 month."
        ),
        Flaw.RENEWS_FOR_A_TERM: _(
            "A contract with a consumer may only run on without a fixed end, "
            "to be ended with one month's notice at any time (§ 309 Nr. 9 b BGB)."
        ),
        Flaw.GRID_TOO_WIDE: _(
            "After the first term a consumer may end the contract at any time with one month's notice "
            "(§ 309 Nr. 9 b BGB). The end of a billing period of more than a month is too far away."
        ),
        Flaw.ENDS_BEFORE_START: _("The first term ends before the contract starts."),
        Flaw.NO_END: _("A contract that does not run on without a fixed end needs the end of its first term."),
        Flaw.NO_RENEWED_TERM: _("Write for how long the contract renews each time."),
        Flaw.NO_BILLING: _("A billing period is one day or more."),
        Flaw.DATE_OUT_OF_REACH: _("This date lies too far away. Please check the year."),
    }[flaw]

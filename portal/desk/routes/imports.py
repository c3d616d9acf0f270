"""Contracts, orders and invoices from a file: upload, look at every line, import."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of
from portal.accounts.forms import PressForm
from portal.contracts.books import Book, Line, LineFault, Outcome, import_from, imported, look_at, stage, staged
from portal.contracts.importing import CONTRACTS
from portal.contracts.reading import Fault, Mistake, field_of
from portal.contracts.words import fault_sentence, field_word, outcome_word, trouble_sentence
from portal.desk.forms.contracts import ImportForm
from portal.desk.routes.blueprint import bp, staff
from portal.foundation import clock
from portal.foundation.files.table_files import SIZE_LIMIT, TroubledFile
from portal.foundation.forms import require_complete
from portal.foundation.security import clean_text
from portal.foundation.web.uploads import takes_uploads
from portal.orders.importing import INVOICES, ORDERS
from portal.orders.rules import InvoiceState, OrderState
from portal.orders.words import booked_field_word, invoice_state_word, order_state_word

_SHOWN = 200


@dataclass(frozen=True)
class _Kind:
    """One kind of file: the book that it is of, what its columns are called, its list, and the states it may name."""

    book: Book
    word: Callable[[str], str]
    list: str
    states: Callable[[], Sequence[str]] = tuple

    def choices(self, field: str) -> str:
        """The words that may stand in a column, where they are few; "" for every other one."""
        return ", ".join(self.states()) if field == "state" else ""


def _booked_word(name: str) -> str:
    return booked_field_word(name) or field_word(name)


KINDS = {
    "contracts": _Kind(CONTRACTS, field_word, "desk.contracts"),
    "orders": _Kind(ORDERS, _booked_word, "desk.orders", lambda: [order_state_word(each) for each in OrderState]),
    "invoices": _Kind(
        INVOICES, _booked_word, "desk.invoices", lambda: [invoice_state_word(each) for each in InvoiceState]
    ),
}


def _for_each_kind(way: Callable[..., Any], rest: str = "") -> Callable[[Any], Any]:
    """The same address below the list of every kind."""

    def hang(view: Any) -> Any:
        for kind in KINDS:
            way(f"/{kind}/import{rest}", defaults={"kind": kind})(view)
        return view

    return hang


@_for_each_kind(bp.get)
def show_import(kind: str) -> Response:
    """What a file must look like, and the field for it."""
    return _upload_page(kind, ImportForm(formdata=None))


@_for_each_kind(bp.post)
@takes_uploads
def upload_books(kind: str) -> AnyResponse:
    """Keep a file for a day and look at it; nothing is imported yet."""
    require_complete()
    form, file = ImportForm(), request.files.get("file")
    if not form.validate():
        return _upload_page(kind, form, status=form.refused_status)
    if not file or not file.filename:
        form.file.errors = (_("Please choose a file."),)
        return _upload_page(kind, form, status=422)
    content = file.read(SIZE_LIMIT + 1)
    try:
        look_at(KINDS[kind].book, content)
    except TroubledFile as error:
        form.file.errors = (trouble_sentence(error),)
        return _upload_page(kind, form, status=422)
    mark = stage(kind, content, clean_text(file.filename), user_id=staff().id, now=clock.now())
    return redirect(url_for(".show_preview", kind=kind, mark=mark), 303)


@_for_each_kind(bp.get, "/<mark>")
def show_preview(kind: str, mark: str) -> Response:
    """Every line of the file and what it would do."""
    return _preview_page(kind, mark)


@_for_each_kind(bp.post, "/<mark>")
def import_books(kind: str, mark: str) -> AnyResponse:
    """Import the correct lines; the same file again changes nothing."""
    require_complete()
    kept = staged(kind, mark, user_id=staff().id) or abort(404)
    press = PressForm()
    if not press.validate():
        return _preview_page(kind, mark, str(press.token.errors[0]), status=press.refused_status)
    by = actor_of(staff())
    origin = imported(by, kept.file_name)
    done = import_from(KINDS[kind].book, kept.content, origin=origin, by=by, now=clock.now())
    counts: dict[str, Any] = {each.value: done.count(each) for each in Outcome}
    return redirect(url_for(".show_preview", kind=kind, mark=mark, done="yes", **counts), 303)


def _upload_page(kind: str, form: ImportForm, *, status: int = 200) -> Response:
    of_kind = KINDS[kind]
    columns = of_kind.book.columns
    values = {
        "form": form,
        "kind": kind,
        "back": url_for(of_kind.list),
        "columns": [
            (name, of_kind.word(name), others[0] if others else "", name in columns.required, of_kind.choices(name))
            for name, others in columns.names.items()
        ],
        **_titles(kind),
    }
    return make_response(render_template("desk/import.html", **values), status)


def _titles(kind: str) -> dict[str, str]:
    return {
        "contracts": {"title": _("Import contracts"), "label": _("File with contracts"), "all": _("All contracts")},
        "orders": {"title": _("Import orders"), "label": _("File with orders"), "all": _("All orders")},
        "invoices": {"title": _("Import invoices"), "label": _("File with invoices"), "all": _("All invoices")},
    }[kind]


def _preview_page(kind: str, mark: str, problem: str = "", *, status: int = 200) -> Response:
    kept = staged(kind, mark, user_id=staff().id) or abort(404)
    found = look_at(KINDS[kind].book, kept.content)
    telling = [line for line in found.lines if line.outcome != Outcome.SAME]
    # What is locked is nothing that anybody could mend.
    telling.sort(key=lambda line: (LineFault.LOCKED in line.faults, line.outcome != Outcome.FAULTY, line.at))
    values = {
        "kept": kept,
        "kind": kind,
        "back": url_for(KINDS[kind].list),
        "preview": found,
        # Only what is kept already can be left alone.
        "left_alone": _words(found.left_alone, KINDS[kind])
        if found.count(Outcome.CHANGED) + found.count(Outcome.SAME)
        else "",
        "counts": [(each.value, outcome_word(each), found.count(each)) for each in Outcome],
        "due": found.count(Outcome.NEW) + found.count(Outcome.CHANGED),
        "lines": [_line(line, KINDS[kind]) for line in telling[:_SHOWN]],
        "left_out": max(len(telling) - _SHOWN, 0),
        "press": PressForm(formdata=None),
        "problem": problem,
        "separator": {";": _("semicolons"), ",": _("commas"), "\t": _("tabs")}[found.separator],
        "done": _done_counts() if request.args.get("done") == "yes" else None,
        **_titles(kind),
    }
    return make_response(render_template("desk/import_preview.html", **values), status)


def _line(line: Line, kind: _Kind) -> dict[str, object]:
    word = kind.word
    return {
        "at": line.at,
        "number": line.number,
        "about": line.about,
        "outcome": line.outcome.value,
        "word": outcome_word(line.outcome),
        "changed": _words(line.changed, kind),
        "emptied": _words(line.emptied, kind),
        "faults": [
            (word(each.field), _sentence(each, kind)) if isinstance(each, Fault) else ("", fault_sentence(each))
            for each in line.faults
        ],
    }


def _sentence(fault: Fault, kind: _Kind) -> str:
    choices = kind.choices(fault.field) if fault.what is Mistake.NO_CHOICE else ""
    return (
        _("“%(written)s” is none of these: %(words)s.", written=fault.written, words=choices)
        if choices
        else fault_sentence(fault)
    )


def _words(columns: Sequence[str], kind: _Kind) -> str:
    """The words of the fields that these columns of the table belong to."""
    return ", ".join(dict.fromkeys(kind.word(field_of(name)) for name in columns))


def _done_counts() -> dict[str, int]:
    """What an import that was just done says of itself; the address is only ours."""
    given = {each.value: request.args.get(each.value, "") for each in Outcome}
    return {
        name: int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 0
        for name, value in given.items()
    }

"""The whole record of a customer: what is known, who said it and when, what the books say; and correcting it."""

from typing import Any

from flask import Response, abort, make_response, redirect, render_template, url_for
from flask import request as asked
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of
from portal.contracts.queries import contracts_of
from portal.customers.actions import RecordChanged, correct_customer, mark_of
from portal.customers.models import Customer
from portal.customers.origins import facts_of
from portal.customers.words import known_words
from portal.desk.forms.customers import CorrectionForm
from portal.desk.queries.callers import caller
from portal.desk.routes.blueprint import bp, staff
from portal.desk.routes.case_page.books import origins
from portal.desk.routes.orders import booked_words
from portal.desk.words import language_word
from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.foundation.security import read_id
from portal.orders.queries import invoices_of, orders_of


@bp.get("/customers/<int:customer_id>")
def customer(customer_id: int) -> Response:
    """Everything that is known of a customer."""
    found, now = _customer(customer_id), clock.now()
    values = {
        "customer": found,
        "origins": origins(found, facts_of(found.id)),
        "contracts": contracts_of(found.id),
        "orders": orders_of(found.id),
        "invoices": invoices_of(found.id),
        "is_saved": asked.args.get("saved") == "yes",
        "known": lambda row: known_words(row, now),
        "language_word": language_word,
        **booked_words(),
    }
    return make_response(render_template("desk/customer.html", **values))


@bp.get("/customers/<int:customer_id>/correction")
def show_correction(customer_id: int) -> Response:
    """The form with what stands there."""
    found = _customer(customer_id)
    return _form_page(found, CorrectionForm.of(found))


@bp.post("/customers/<int:customer_id>/correction")
def correct(customer_id: int) -> AnyResponse:
    """Another name, other wishes: at once, and in the journal; nobody overwrites what was changed meanwhile."""
    require_complete()
    found, form = _customer(customer_id), CorrectionForm()
    if not form.validate():
        return _form_page(found, form, status=form.refused_status)
    try:
        correct_customer(found.id, form.said(), seen=str(form.seen.data), by=actor_of(staff()), now=clock.now())
    except RecordChanged as error:
        form.seen.data = mark_of(found)
        return _form_page(found, form, status=error.status, problem=str(error))
    return redirect(url_for(".customer", customer_id=found.id, saved="yes"), 303)


def _form_page(found: Customer, form: CorrectionForm, *, status: int = 200, problem: str = "") -> Response:
    values: dict[str, Any] = {
        "customer": found,
        "form": form,
        "title": _("Correct what is known"),
        "problem": problem,
    }
    return make_response(render_template("desk/customer_form.html", **values), status)


def _customer(customer_id: int) -> Customer:
    """The record; one that is only kept because a law says so is none (Art. 18 GDPR)."""
    found = caller(read_id(str(customer_id)) or 0)
    if found is None or found.is_unnamed:
        abort(404)
    return found

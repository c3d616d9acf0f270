"""Orders and invoices at the desk: what the company's books say, to be read."""

from functools import partial
from typing import Any

from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext as _

from portal.desk.routes.blueprint import asked_cleanly, bp
from portal.foundation import clock
from portal.foundation.i18n import local_time
from portal.foundation.rendering.paging import Page, asked_place, ways
from portal.foundation.security import clean_text
from portal.orders.queries import page_of_invoices, page_of_orders
from portal.orders.words import amount_words, invoice_said, order_said


@bp.get("/orders")
@asked_cleanly
def orders() -> Response:
    """Orders, the last imported first, or those that a word finds."""
    words = {
        "title": _("Orders"),
        "hint": _("What customers have ordered, as the company's books say it; the last imported first."),
        "asked_for": _("Order or customer number, item, name, e-mail"),
        "empty": _("There are no orders yet. They come from a file of the company's books."),
        "none": _("No order fits “%(words)s”.", words=_words()),
    }
    return _page("orders", page_of_orders(_words(), asked_place()), words)


@bp.get("/invoices")
@asked_cleanly
def invoices() -> Response:
    """The same of invoices."""
    words = {
        "title": _("Invoices"),
        "hint": _("What customers were billed, as the company's books say it; the last imported first."),
        "asked_for": _("Invoice, order, contract or customer number, name, e-mail"),
        "empty": _("There are no invoices yet. They come from a file of the company's books."),
        "none": _("No invoice fits “%(words)s”.", words=_words()),
    }
    return _page("invoices", page_of_invoices(_words(), asked_place()), words)


def booked_words() -> dict[str, object]:
    """What the templates say orders and invoices with."""
    return {
        "today": local_time(clock.now()).date(),
        "amount_words": amount_words,
        "order_said": order_said,
        "invoice_said": invoice_said,
    }


def _page(kind: str, page: Page[Any], words: dict[str, str]) -> Response:
    others = ways(page, partial(url_for, f".{kind}", q=_words() or None))
    values = {"kind": kind, "rows": page.rows, "words": _words(), "ways": others, "said": words}
    return make_response(render_template("desk/orders.html", **values, **booked_words()))


def _words() -> str:
    return clean_text(request.args.get("q", ""))[:100].strip()

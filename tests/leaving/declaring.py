"""How somebody of the cast declares: what a browser sends, and what can be read afterwards."""

from flask import Flask
from sqlalchemy import select

from portal.foundation.database import db
from portal.leaving.models import Declaration, Standing
from tests.visitor import HTML, Page, Visitor

# What Anna types on the page of cancellations; every choice as it stands when the page is opened.
TYPED = {
    "cause": "ordinary",
    "reason": "",
    "name": "Anna Berger",
    "email": "anna@example.org",
    "identity": "Kundennummer 20417",
    "about": "Glasfaser 100",
    "end": "earliest",
    "date": "",
}
WITHDRAWN = {"name": "Anna Berger", "email": "anna@example.org", "about": "Bestellung 20417 vom 8.12.2026", "part": ""}
CANCEL, WITHDRAW = "/kuendigen", "/widerrufen"


def press(visitor: Visitor, place: str = CANCEL, **typed: str) -> Page:
    """Open the page, fill it in and press its one button."""
    usual = TYPED if place in (CANCEL, "/cancel") else WITHDRAWN
    return visitor.submits(visitor.opens(place), place, **usual | typed)


def send(visitor: Visitor, place: str = CANCEL, **typed: str) -> Page:
    """The same fields without ever having opened the page: no stamp, nothing hidden."""
    return visitor.sends(place, (TYPED if place in (CANCEL, "/cancel") else WITHDRAWN) | typed)


def declarations(app: Flask) -> list[Declaration]:
    """Everything that was declared, in order, with where it stands."""
    with app.app_context():
        return list(db.session.scalars(select(Declaration).order_by(Declaration.id)).all())


def only(app: Flask) -> Declaration:
    """The one declaration there is."""
    found = declarations(app)
    assert len(found) == 1, f"{len(found)} declarations"
    return found[0]


def standings(app: Flask) -> list[Standing]:
    """Where they all stand."""
    return [each.standing for each in declarations(app)]


def receipt_path(page: Page) -> str:
    """The address at which a receipt stays."""
    found = [each.get("href") for each in page.all("a") if (each.get("href") or "").startswith("/receipt/")]
    return next(path for path in found if path.count("/") == 2)


def visible_controls(page: Page) -> list[tuple[str, str]]:
    """Tag and name of everything on a page that can be filled in or pressed, in its order."""
    tags = {f"{HTML}{tag}" for tag in ("input", "textarea", "select", "button")}
    return [
        (each.tag.removeprefix(HTML), each.get("name") or "")
        for each in page.tree.iter()
        if each.tag in tags and each.get("type") != "hidden"
    ]

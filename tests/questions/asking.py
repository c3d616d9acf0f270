"""How a person of the tests asks: fill in the form, look at the page that asks once more, press."""

import re

from flask import Flask

from portal.foundation.database import db
from tests.visitor import HTML, Page, Visitor

NEW = "/de/questions/new"
SUBJECT = "Internet fällt abends aus"
BODY = "Seit Montag ist abends für eine Stunde kein Netz da.\n\nEin Neustart hilft nicht."
TYPED = {
    "topic": "fault",
    "subject": SUBJECT,
    "body": BODY,
    "can_continue": "detour",
    "affects": "me",
    "needed_by": "",
    "name": "Anna Berger",
    "email": "anna@example.org",
}


def filled(page: Page, **typed: str) -> dict[str, str | list[str]]:
    """What a browser would send of the page's form to ask, with some fields typed anew."""
    form = next(each for each in page.all("form") if each.get("action", "").endswith("/questions/new"))
    fields: dict[str, str | list[str]] = {}
    for each in form.iter(f"{HTML}input"):
        is_left_out = each.get("type") in ("radio", "checkbox") and each.get("checked") is None
        if each.get("name") and not is_left_out and each.get("type") != "file":
            fields.setdefault(each.get("name"), []).append(each.get("value", ""))
    fields = {name: values if len(values) > 1 else values[0] for name, values in fields.items()}
    fields |= {each.get("name"): (each.text or "").removeprefix("\n") for each in form.iter(f"{HTML}textarea")}
    return fields | typed


def fills_in(visitor: Visitor, *, url: str = NEW, **typed: str) -> dict[str, str | list[str]]:
    """The fields of a fresh form as the person filled it in."""
    page = visitor.opens(url)
    assert page.status == 200, page.status
    known = {} if page.all("input", name="email") else {"name", "email"}
    return filled(page, **{name: text for name, text in (TYPED | typed).items() if name not in known})


def sends(visitor: Visitor, fields: dict, *, url: str = NEW) -> Page:
    """The answer to the filled form."""
    return visitor.sends(url, fields)


def asks(visitor: Visitor, *, url: str = NEW, **typed: str) -> Page:
    """The receipt, after the page that asks once more."""
    check = sends(visitor, fills_in(visitor, url=url, **typed), url=url.partition("?")[0])
    assert check.status == 200, (check.status, faults(check))
    sent = sends(visitor, filled(check), url=url.partition("?")[0])
    assert sent.status == 303, (sent.status, faults(sent))
    return visitor.follows(sent.location)


def number_on(page: Page) -> str:
    """The number on a receipt."""
    assert re.fullmatch(r"[A-Z]\d{2}-\d{5}-\d", page.heading), page.heading
    return page.heading


def faults(page: Page) -> dict[str, str]:
    """Field and sentence of each line of the summary on top."""
    boxes = page.all("div", class_="faults")
    links = [each for box in boxes for each in box.iter(f"{HTML}a")]
    return {each.get("href").removeprefix("#"): each.text for each in links}


def rows(app: Flask, model, **wanted: object) -> list:
    """Everything of that table, oldest first."""
    with app.app_context():
        return list(db.session.query(model).filter_by(**wanted).order_by(*model.__table__.primary_key).all())

"""The cast in the town that is attacked, in their roles again whatever was done to them."""

from dataclasses import replace

from flask import Flask
from sqlalchemy import delete, update

from portal.accounts.models import Tries, User
from portal.foundation.database import db, transaction
from tests.cast import ANNA, BERND, CLARA, DORA, EMIL, FRIDA, Person, signed_in
from tests.questions.asking import asks
from tests.visitor import Visitor

# The people of the demo who work there have other addresses than those of the tests.
PEOPLE = {
    each.name: replace(each, email=each.email.replace("laerchental", "talwind"))
    for each in (ANNA, BERND, CLARA, DORA, EMIL, FRIDA)
}
CAST: dict[str, Person | None] = {"visitor": None, "guest": None, **PEOPLE}


def somebody(app: Flask, name: str) -> Visitor:
    """A fresh browser of that person, signed in when they have an account."""
    person = CAST[name]
    with app.app_context(), transaction():
        db.session.execute(delete(Tries))
        if person is not None:
            whole = {"role": person.role.value, "disabled_at": None, "closed_at": None}
            db.session.execute(update(User).where(User.email == person.email).values(**whole))
    if person is not None:
        return signed_in(app, person)
    visitor = Visitor(app)
    if name == "guest":
        asks(visitor, email="gast@example.net", name="Gast")
    return visitor

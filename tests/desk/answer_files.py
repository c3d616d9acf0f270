"""Files in the box to the customer: what a page of a case gives, and what its buttons send."""

from sqlalchemy import select

from portal.attachments.models import Attachment
from portal.desk.models import PendingAnswer
from portal.foundation import clock
from portal.foundation.database import db
from portal.integrity import check
from tests.attachments.files import PDF, picture
from tests.desk.cases import desk
from tests.visitor import HTML

TEXT = "Im Anhang steht, wie es geht."
GUIDE, PHOTO = ("Anleitung.pdf", PDF), ("Router.png", picture())


def box(person, asked):
    """The fields of the box to the customer, as its page gives them."""
    return fields_of(person.opens(desk(asked)), asked)


def fields_of(page, asked):
    form = page.find("form", action=f"{desk(asked)}/answers")
    given = [each for each in form.iter(f"{HTML}input") if each.get("type") == "hidden"]
    fields = {each.get("name"): each.get("value") for each in given}
    return fields | {"uploads": [each.get("value") for each in given if each.get("name") == "uploads"]}


def sends(person, asked, *files, verb="answers", **typed):
    """What comes back after a button of the box was pressed, with these files chosen in its field."""
    filled = {**box(person, asked), "body": TEXT, "then": "our_turn", **typed}
    return person.sends(f"{desk(asked)}/{verb}", filled, files=[("attachments", *each) for each in files])


def adds(person, asked, *files):
    """A script sends files as soon as they are chosen."""
    fields = {"token": box(person, asked)["token"], "is_complete": "yes"}
    return person.sends(f"{desk(asked)}/files", fields, files=[("attachments", *each) for each in files])


def shown(page, asked) -> int:
    """How many files stand in the box."""
    return len(fields_of(page, asked)["uploads"])


def stored(app, **which) -> list[Attachment]:
    with app.app_context():
        return list(db.session.scalars(select(Attachment).filter_by(**which).order_by(Attachment.id)))


def is_sound(app) -> bool:
    with app.app_context():
        return list(check(clock.now())) == []


def pending(app) -> list[PendingAnswer]:
    with app.app_context():
        return list(db.session.scalars(select(PendingAnswer).order_by(PendingAnswer.id)))

"""What tests of the desk need of a case, beside the questions of the cast."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from portal.desk.actions.pending import UNDO_FOR
from portal.desk.chores import send_answers
from portal.desk.models import Note
from portal.foundation import clock
from portal.foundation.database import db
from portal.notifications.models import Notification, StaffNotice
from portal.questions.models import Message
from tests.cast import SignedIn
from tests.questions.people import Asked
from tests.visitor import HTML, Page


def desk(asked: Asked) -> str:
    """The address of the case."""
    return f"/desk/questions/{asked.number}"


def does(person: SignedIn, asked: Asked, verb: str, **typed: str) -> Page:
    """What comes back after one of the forms of the case was sent, as the page gives it."""
    page = person.opens(desk(asked))
    action = f"{desk(asked)}/{verb}"
    # A button of a form may send it elsewhere: then the form around it has what every form has.
    form = (page.all("form", action=action) or [each for each in page.all("form") if _token(each)])[0]
    hidden = {each.get("name"): each.get("value", "") for each in form.iter(f"{HTML}input")}
    kept = {name: value for name, value in hidden.items() if name in ("token", "stamp", "seen")}
    return person.sends(action, {**kept, "is_complete": "yes", **typed})


def merges(person: SignedIn, asked: Asked, other: Asked) -> Page:
    """What comes back after both cases were looked at and merged by the one button."""
    page = person.opens(f"{desk(asked)}/merging?other={other.number}")
    return person.submits(page, f"{desk(asked)}/merging")


def _token(form) -> list:
    return [each for each in form.iter(f"{HTML}input") if each.get("name") == "token"]


def goes_out(app: Flask) -> None:
    """The seconds of undo pass, and the worker sends what has waited."""
    with app.app_context():
        send_answers(clock.now() + UNDO_FOR + timedelta(seconds=1))


def messages(asked: Asked) -> list[Message]:
    """Every message of the question, oldest first."""
    with asked.app.app_context():
        return list(db.session.scalars(select(Message).filter_by(question_id=asked.id).order_by(Message.id)))


def notes(asked: Asked) -> list[Note]:
    """Every internal note of the case."""
    with asked.app.app_context():
        return list(db.session.scalars(select(Note).filter_by(question_id=asked.id).order_by(Note.id)))


def mails(app: Flask) -> list[Notification]:
    """Every mail, oldest first."""
    with app.app_context():
        return list(db.session.scalars(select(Notification).order_by(Notification.id)))


def staff_notices(app: Flask, kind: str) -> list[StaffNotice]:
    """Every notice of a kind."""
    with app.app_context():
        return list(db.session.scalars(select(StaffNotice).filter_by(kind=kind).order_by(StaffNotice.id)))

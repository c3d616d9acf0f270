"""What the tests of leaving share: a person with traces everywhere, and what is left of them."""

import io
import json
import zipfile
from pathlib import Path

from flask import Flask
from sqlalchemy import select, text

from portal.attachments.actions import attach, receive
from portal.attachments.rules import Sender
from portal.customers.models import Customer
from portal.desk.actions.files import keep_files
from portal.desk.models import Note, SavedView
from portal.duties import CHORES
from portal.foundation import clock
from portal.foundation.config import CONFIG
from portal.foundation.database import db, transaction
from portal.questions.drafts import save_draft
from portal.questions.models import Message
from tests.attachments.files import PDF, incoming
from tests.cast import ANNA, CLARA, Person, account
from tests.questions.people import Asked, ask, give_answer, write
from tests.questions.people import clara as clara_actor
from tests.visitor import Page, Visitor

CLOSING, DATA, ERASURE = (f"/de/account/{name}" for name in ("closing", "data", "erasure"))
_CONTENT = PDF + b"% Probedatei im Inhalt\n"
# Words that stand nowhere else.
PROBES = ("Probebetreff", "Probetext", "Probeantwort", "Probenotiz", "Probeentwurf", "Probewunsch", "Probedatei")


def with_traces(app: Flask, person: Person = ANNA) -> Asked:
    """A question of that person with messages, a file, a note, a draft, a wish: a trace in every place there is."""
    asked = ask(app, person, subject="Probebetreff", body="Probetext eins")
    write(asked, "Probetext zwei")
    give_answer(asked, "Probeantwort")
    add_file(asked)
    user_id, staff = account(app, person), account(app, CLARA)
    with app.app_context():
        save_draft(user_id, "question", {"body": "Probeentwurf"}, now=clock.now())
        save_draft(user_id, f"reply:{asked.id}", {"body": "Probeentwurf"}, now=clock.now())
        save_draft(staff, f"answer:{asked.id}", {"body": "Probeentwurf"}, now=clock.now())
        kept = receive([incoming("Probedatei.pdf", _CONTENT)], sender=Sender("198.51.100.8"), now=clock.now())
        keep_files(asked.id, kept.keys, by=clara_actor(app), now=clock.now())
        with transaction():
            customer = db.session.scalars(select(Customer).filter_by(user_id=user_id)).one()
            customer.contact_wishes = "Probewunsch"
            note = {"kind": "note", "body": "Probenotiz", "created_at": clock.now()}
            db.session.add(Note(question_id=asked.id, user_id=staff, author_name=CLARA.name, **note))
            view = {"queue": "all", "address": f"q={person.email.replace('@', '%40')}", "created_at": clock.now()}
            db.session.add(SavedView(user_id=staff, name="Eine Suche", **view))
    return asked


def add_file(asked: Asked, content: bytes = _CONTENT, name: str = "Probedatei.pdf") -> None:
    """A file on the first message of the question."""
    with asked.app.app_context():
        received = receive([incoming(name, content)], sender=Sender("198.51.100.7"), now=clock.now())
        assert not received.refused
        first = db.session.scalars(select(Message.id).filter_by(question_id=asked.id).order_by(Message.id)).first()
        with transaction():
            attach(received.keys, owner=("message", first), now=clock.now())


def presses(visitor: Visitor, url: str) -> Page:
    """What comes back after the one button of a page."""
    return visitor.submits(visitor.opens(url), url)


def does_duties(app: Flask) -> None:
    """Every duty of the worker is done once."""
    with app.app_context():
        for chore in CHORES:
            for _ in range(50):
                if (chore.is_due and not chore.is_due(clock.now())) or not chore.run(clock.now()):
                    break


def leftovers(app: Flask, words: tuple[str, ...]) -> list[str]:
    """Where one of the words still stands: every column of every table, and every byte of the data folder."""
    with app.app_context():
        found = list(_in_tables(words))
        db.engine.dispose()
    for path in _files(app):
        content = path.read_bytes().lower()
        found += [f"{path.name}: {word}" for word in words if word.lower().encode() in content]
    return found


def _in_tables(words: tuple[str, ...]):
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(text(f'SELECT * FROM "{table.name}"')).mappings():
            written = json.dumps({key: str(value) for key, value in row.items()}, ensure_ascii=False).lower()
            yield from (f"{table.name}: {word}" for word in words if word.lower() in written)


def _files(app: Flask) -> list[Path]:
    # The folder of mails stands for the mail server: what lies there was delivered.
    data = CONFIG.of(app).data
    return [path for path in data.rglob("*") if path.is_file() and "mail" not in path.relative_to(data).parts]


def archive_in(page: Page) -> zipfile.ZipFile:
    """The archive that somebody downloaded."""
    assert page.response.mimetype == "application/zip", page.html[:500]
    return zipfile.ZipFile(io.BytesIO(page.response.get_data()))

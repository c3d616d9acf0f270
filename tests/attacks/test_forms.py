"""Every form of the portal, filled in by every member of the cast with what attackers type.

`make test` tries a few fillings of each form, `make attack` many. Whatever is sent: no answer is a fault of ours, each
has the policy and a number, nothing typed becomes markup, and a refused form shows again what was typed.
"""

import hashlib
import hmac
import io
import random
import sqlite3
import time
from collections import Counter
from contextlib import closing
from functools import partial
from urllib.parse import urlencode, urlsplit

import psycopg
import pytest
from sqlalchemy import select

from portal.audiences import AUDIENCES
from portal.foundation.config import CONFIG
from portal.foundation.database import db
from portal.foundation.forms import PublicForm
from portal.foundation.security import Audience
from portal.foundation.web.sessions import session_cookie
from portal.questions.models import Question
from tests.accounts.people import statements
from tests.attacks.harvest import Form, endpoint_of, walk
from tests.attacks.people import CAST, somebody
from tests.attacks.strategies import CLASSICS, EXAMPLES, IS_LONG, MARK, note
from tests.cast import BERND, Person
from tests.house.headers import check_answer
from tests.house.test_routes import VALID, rules
from tests.house.test_routes import filled as filled_address
from tests.visitor import Visitor

PROBE = "Wortprobe 4711 äöü"
# Of processor time, for whatever somebody sends.
SECONDS = 3.0
FILLINGS = max(1, EXAMPLES // 25)
# SR-23, whatever the size; the page that tells operators how everything is asks for each of it.
MOST_STATEMENTS, LOOKS_AT_EVERYTHING = 10, ("/desk/first-steps",)
STRANGER = BERND.name
PAGES, OF_ONE_KIND, FORMS = (150, 2, 0) if IS_LONG else (20, 1, 12)


def _fields(kind: type) -> set[str]:
    """The names of the fields of a form and of all forms made from it."""
    own = {name for name in vars(kind) if hasattr(getattr(kind, name), "field_class")}
    return own.union(*map(_fields, kind.__subclasses__()))


FIELDS = _fields(PublicForm)
FILES = [
    ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    ("x.html", b"<script>alert(1)</script>"),
    ("../../x.txt", b"text"),
    ("x.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40),
    ("x.pdf", b"%PDF-1.7\n"),
    ("x.csv", b"number;holder\n=1+1;x"),
    ("a\r\nb.txt", b"text"),
    ("x.docx", b"PK\x03\x04" + b"\0" * 80),
    ("", b""),
]


@pytest.mark.parametrize("person", CAST)
def test_no_form_is_a_way_in_and_none_loses_what_was_typed(town, person):
    chance, met = random.Random(f"{person}-{FILLINGS}"), Counter()
    visitor = somebody(town, person)
    with statements(town) as asked:
        forms = walk(town, visitor, most=PAGES, of_one_kind=OF_ONE_KIND, looks=partial(look, asked=asked))
    assert forms, "not one form was found"
    met_forms = {form.action for form in forms}
    forms += unmet(town, forms)
    for form in forms if IS_LONG else chance.sample(forms, k=min(len(forms), FORMS)):
        if form.action in met_forms and isinstance(CAST[person], Person) and is_guarded(town, form):
            send_by_a_stranger(town, somebody(town, person), form)
        for _filling in range(FILLINGS):
            if form.method == "post" and person != "guest":
                visitor = somebody(town, person)
            met[attack(town, visitor, form, chance)] += 1
    if IS_LONG:
        # What was stored is looked at by everybody who may: nothing of it is markup.
        walk(town, somebody(town, person), most=PAGES, of_one_kind=4, looks=look)
    note(f"forms of {person}", forms=len(forms), answers=met)


def look(url: str, page, asked: list[str] | None = None) -> None:
    """What holds for every page that somebody comes across; `asked` are the statements it took (SR-23)."""
    check_answer(page, f"GET {url}", MARK)
    if asked is not None:
        assert len(asked) <= MOST_STATEMENTS or url in LOOKS_AT_EVERYTHING, f"{len(asked)} statements: {url} {asked}"
        asked.clear()


def is_guarded(app, form: Form) -> bool:
    """Whether a form acts for whoever is signed in, so that a page of somebody else must not be able to send it."""
    audience = AUDIENCES.get(endpoint_of(app, form.action, "POST"), Audience.PUBLIC)
    return form.method == "post" and audience is not Audience.PUBLIC


def send_by_a_stranger(app, visitor: Visitor, form: Form) -> None:
    """A page of somebody else sends the form by this person's browser, with a token of its own: nothing is written."""
    token = token_of(app, somebody(app, STRANGER))
    fields = {name: list(values) for name, values in form.fields.items()} | {"token": [token]}
    fields |= {name: [PROBE] for name in form.typed - form.passwords}
    pairs = [(name, value) for name, values in fields.items() for value in values]
    path = urlsplit(form.action).path
    watcher, last_change = beside(CONFIG.of(app).database_url)
    with closing(watcher):
        before = watcher.execute(last_change).fetchone()
        page = posted(visitor, path, pairs, [])
        after = watcher.execute(last_change).fetchone()
    assert before == after, f"{page.status}: written by a form with a token of somebody else: {path} {fields!r}"[:1500]


def beside(address: str) -> tuple[sqlite3.Connection | psycopg.Connection, str]:
    """A connection of one's own to that database, and what it answers otherwise as soon as somebody has written."""
    if address.startswith("sqlite:"):
        return sqlite3.connect(address.removeprefix("sqlite:///")), "PRAGMA data_version"
    # The number of the next transaction that writes; whoever only reads takes none.
    connection = psycopg.connect(address.replace("+psycopg", ""), autocommit=True)
    return connection, "SELECT pg_snapshot_xmax(pg_current_snapshot())"


def unmet(app, forms: list[Form]) -> list[Form]:
    """A form for every address that takes one and that this person did not come across, with fields of all forms."""
    met = {endpoint_of(app, form.action, form.method.upper()) for form in forms}
    names = sorted({name for form in forms for name in form.fields} | FIELDS)
    with app.app_context():
        number = db.session.scalar(select(Question.number).order_by(Question.id.desc()).limit(1))
    found = []
    for rule in rules(app):
        if "POST" in rule.methods and rule.endpoint not in met:
            values = {name: VALID[name][0] for name in rule.arguments}
            values |= {"number": number} if "number" in values and not rule.endpoint.startswith("faq") else {}
            path = filled_address(rule, values)
            found.append(
                Form(
                    path, path, "post", {name: ["1"] for name in names[:90]} | {"token": [""]}, set(), set(), {"files"}
                )
            )
    return found


def attack(app, visitor: Visitor, form: Form, chance: random.Random) -> int:
    """Send one filling; the status of the answer."""
    fields, path = filled(form, chance, token_of(app, visitor)), urlsplit(form.action).path
    pairs = [(name, value.encode("utf-8", "surrogatepass")) for name, values in fields.items() for value in values]
    said = f"{form.method} {path} {fields!r}"[:1500]
    begun = time.process_time()
    if form.method == "get":
        page = visitor.opens(f"{path}?{urlencode(pairs)}", inspected=False)
    else:
        files = [(name, *chance.choice(FILES)) for name in form.files if chance.random() < 0.6]
        page = posted(visitor, path, pairs, files)
    assert not IS_LONG or time.process_time() - begun < SECONDS, f"takes too long: {said}"
    check_answer(page, said, MARK)
    if page.status in (409, 422, 429) and form.method == "post":
        shown = [name for name in form.typed - form.passwords if fields.get(name) == [PROBE]]
        lost = [name for name in shown if PROBE not in page.html]
        assert not lost, f"{lost} lost: {page.status} {said}"
    return page.status


def filled(form: Form, chance: random.Random, token: str) -> dict[str, list[str]]:
    """What a browser would send with a few fields typed, chosen, doubled or left out as no browser would."""
    fields = {name: list(values) for name, values in form.fields.items()}
    if "token" in fields:
        fields["token"] = [token]
    for name in form.typed - form.passwords:
        fields[name] = [PROBE]
    names = [name for name in fields if name not in ("token", "is_complete")]
    for name in chance.sample(names, k=min(len(names), chance.choice((1, 1, 2, 3, 6)))):
        how = chance.random()
        if how < 0.8:
            fields[name] = [chance.choice(CLASSICS)[:20_000]]
        elif how < 0.9:
            fields[name] = [*fields[name], chance.choice(CLASSICS)[:200]]
        else:
            del fields[name]
    if chance.random() < 0.1:
        fields[chance.choice(("__class__", "user_id", "role", "is_admin", "_method", "next"))] = ["admin"]
    return fields


def token_of(app, visitor: Visitor) -> str:
    """The token that forms of this browser carry: an attacker who steers a browser has it, too."""
    keys = [each.value for each in visitor._client._cookies.values() if each.key == session_cookie(app)]
    secret = str(app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, b"form:" + keys[0].encode(), hashlib.sha256).hexdigest() if keys else ""


def posted(visitor: Visitor, path: str, pairs: list, files: list):
    """Post the pairs as they are, surrogates and all; with files as a browser sends them."""
    if not files:
        return visitor.sends_raw(path, urlencode(pairs).encode(), "application/x-www-form-urlencoded")
    data = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value.decode("utf-8", "replace"))
    for name, *file in files:
        data.setdefault(name, []).append((io.BytesIO(file[1]), file[0]))
    return visitor.sends_raw(path, data, "multipart/form-data")

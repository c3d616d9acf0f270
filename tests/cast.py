"""The people of the tests: Anna asks, Bernd must see nothing, Clara answers, Dora leads; a guest has no account.

They sign in quickly, by rows; the forms themselves are tried in tests/accounts. Names, addresses and numbers of the
people stay the same in every test.
"""

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Session, User
from portal.accounts.rules import Role
from portal.accounts.sessions import add_session
from portal.customers.actions import customer_of
from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.foundation.web.sessions import session_cookie
from tests.visitor import Visitor


@dataclass(frozen=True)
class Person:
    """Somebody of the cast before they have an account."""

    name: str
    email: str
    role: Role = Role.CUSTOMER
    language: str = "de"


ANNA = Person("Anna Berger", "anna@example.org")
BERND = Person("Bernd Kolb", "bernd@example.org")
CLARA = Person("Clara Vogt", "clara@laerchental.example", Role.AGENT)
DORA = Person("Dora Lindner", "dora@laerchental.example", Role.LEAD)
EMIL = Person("Emil Brandt", "emil@laerchental.example", Role.EDITOR)
FRIDA = Person("Frida Sommer", "frida@laerchental.example", Role.ADMIN)


class SignedIn(Visitor):
    """A visitor who is signed in; `user_id` and `person` say who it is."""

    person: Person
    user_id: int


def account(app: Flask, person: Person) -> int:
    """The number of that person's account, made with a confirmed address and no password if it is not there yet."""
    with app.app_context():
        found = db.session.scalar(select(User.id).filter_by(email=person.email))
        return found if found is not None else _new_account(person)


def signed_in(app: Flask, person: Person, *, languages: str = "", is_half: bool = False) -> SignedIn:
    """A browser of its own in which that person is signed in."""
    user_id = account(app, person)
    with app.app_context(), transaction():
        user = db.session.get(User, user_id)
        key, _ = add_session(user, now=clock.now(), is_half=is_half, network="198.51.100.0/24", browser="Test")
    visitor = SignedIn(app, languages=languages or ("de" if person.language == "de" else "en"))
    visitor.person, visitor.user_id = person, user_id
    carry_key(visitor, app, key)
    return visitor


def carry_key(visitor: Visitor, app: Flask, key: str) -> None:
    """Put the key of a session into that browser."""
    name = session_cookie(app)
    visitor._client.set_cookie(name, key, secure=name.startswith("__Host-"), httponly=True)


def sessions_of(app: Flask, user_id: int) -> list[Session]:
    """Every sign-in of a person, ended ones too."""
    with app.app_context():
        return list(db.session.scalars(select(Session).filter_by(user_id=user_id).order_by(Session.id)))


def _new_account(person: Person) -> int:
    now = clock.now()
    with transaction():
        user = User(
            email=person.email,
            name=person.name,
            language=person.language,
            role=person.role.value,
            confirmed_at=now,
            created_at=now,
            failures=0,
        )
        db.session.add(user)
        db.session.flush()
        if person.role is Role.CUSTOMER:
            customer_of(user, now)
    return user.id


@pytest.fixture
def anna(app: Flask) -> SignedIn:
    """Anna, a customer, signed in."""
    return signed_in(app, ANNA)


@pytest.fixture
def bernd(app: Flask) -> SignedIn:
    """Bernd, another customer, signed in."""
    return signed_in(app, BERND)


@pytest.fixture
def clara(app: Flask) -> SignedIn:
    """Clara, who answers (agent), signed in."""
    return signed_in(app, CLARA)


@pytest.fixture
def dora(app: Flask) -> SignedIn:
    """Dora, who leads, signed in."""
    return signed_in(app, DORA)


@pytest.fixture
def emil(app: Flask) -> SignedIn:
    """Emil, an editor, signed in."""
    return signed_in(app, EMIL)


@pytest.fixture
def frida(app: Flask) -> SignedIn:
    """Frida, an administrator, signed in."""
    return signed_in(app, FRIDA)


@pytest.fixture
def guest(app: Flask) -> Visitor:
    """Somebody without an account."""
    return Visitor(app)

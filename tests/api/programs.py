"""Programs for the tests: a client with a token, without cookies, that reads JSON and checks what holds for all."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flask import Flask

from portal.accounts.queries import person_of
from portal.api.actions import NewToken, make_token
from portal.api.rules import Scope
from portal.foundation import clock
from portal.keys.rules import new_key
from tests.cast import DORA, Person, account, signed_in
from tests.house.headers import check_answer
from tests.visitor import Page

V1 = "/api/v1"


class Program:
    """Asks like another program of the company does; every answer is looked at."""

    def __init__(self, app: Flask, token: str, *, language: str = "", address: str = "203.0.113.9") -> None:
        self._client, self._address = app.test_client(use_cookies=False), address
        self.headers = {"Authorization": f"Bearer {token}"} | ({"Accept-Language": language} if language else {})

    def gets(self, path: str, **headers: str) -> "Answer":
        """What stands at an address."""
        return self.asks("GET", path, headers=headers)

    def puts(self, path: str, thing: Any, **headers: str) -> "Answer":
        """What comes back for a thing that is put there."""
        return self.asks("PUT", path, thing, headers=headers)

    def posts(self, path: str, thing: Any, **headers: str) -> "Answer":
        """What comes back for a thing that is sent there."""
        return self.asks("POST", path, thing, headers=headers)

    def asks(
        self, method: str, path: str, thing: Any = None, *, headers: Any = None, raw: bytes | None = None
    ) -> "Answer":
        """The same in any method; `raw` is a body as it is."""
        body = raw if raw is not None else None if thing is None else json.dumps(thing).encode()
        given = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        kind = {"Content-Type": "application/json"} if body is not None else {}
        response = self._client.open(
            V1 + path,
            method=method,
            data=body,
            headers=self.headers | kind | given,
            environ_base={"REMOTE_ADDR": self._address},
        )
        return Answer(Page(response, V1 + path, inspected=False), f"{method} {path}")


class Answer:
    """One answer: its status, what it says, and whether it keeps the rules."""

    def __init__(self, page: Page, said: str) -> None:
        check_answer(page, said)
        self.page, self.status, self.headers = page, page.status, page.response.headers
        assert not self.headers.getlist("Set-Cookie"), said
        assert self.headers["Cache-Control"] == "no-store", said
        self.thing = page.json() if page.html else None
        if self.status >= 400:
            assert page.response.mimetype == "application/problem+json", said
            assert self.thing["status"] == self.status and self.thing["detail"], said

    @property
    def faults(self) -> dict[str, str]:
        """What is wrong with each field."""
        return {each["field"]: each["detail"] for each in self.thing["errors"]}


def token_for(app: Flask, person: Person = DORA, scopes: Iterable[Scope] = tuple(Scope), *, days: int = 90) -> str:
    """A token of that person, made as the page of tokens makes it."""
    visitor = signed_in(app, person)
    key = visitor._client._cookies
    with app.app_context():
        owner = person_of(next(iter(key.values())).value)
        new = NewToken("Bookkeeping", tuple(scopes), timedelta(days=days), new_key())
        return make_token(new, by=owner, now=clock.now())


def program_of(app: Flask, person: Person = DORA, scopes: Iterable[Scope] = tuple(Scope), **how: str) -> Program:
    """A program with a token of that person."""
    account(app, person)
    return Program(app, token_for(app, person, scopes), **how)

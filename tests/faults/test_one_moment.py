"""Questions of one moment are one transaction: whatever breaks in it, each is kept once and known to its own asker."""

import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from portal.foundation.database import WRITER_LINE, db
from portal.foundation.sql.together import WRITERS, Writers
from portal.questions.models import Question
from tests.faults.asking import NUMBER, Asking
from tests.faults.dying import dies
from tests.faults.ledger import Ledger
from tests.faults.test_crash_points import faults
from tests.journeys.conftest import eventually
from tests.questions.asking import rows, sends
from tests.visitor import Page, Visitor

PEOPLE = 4


def ready(app: Flask) -> list[Asking]:
    """People with the form before them."""
    made = [Asking(app) for _ in range(PEOPLE)]
    for each in made:
        each.looks()
    return made


def at_one_moment(app: Flask, presses: Sequence[Callable[[], Page]]) -> list[Page]:
    """What each gets who presses while somebody writes; on SQLite all of them are one transaction."""
    line, everybody = WRITER_LINE.of(app), WRITERS.put(app, Writers())
    with ThreadPoolExecutor(len(presses)) as hall:
        with line.turn(1.0) if line else nullcontext():
            answers = [hall.submit(press) for press in presses]
            assert line is None or eventually(lambda: everybody.standing == len(presses), seconds=30)
        return [each.result(timeout=60) for each in answers]


def send(people: list[Asking], ledger: Ledger) -> list[Callable[[], Page]]:
    return [lambda one=one: one.sends(ledger) for one in people]


@pytest.mark.long_fault
@pytest.mark.parametrize("point", ["after_number:3", "before_commit", "after_commit_before_response"])
def test_killed_while_questions_of_one_moment_are_kept(app, point, seen):
    ledger, people = Ledger(), ready(app)
    assert dies(app, point, lambda: at_one_moment(app, send(people, Ledger())))
    kept, is_one = len(rows(app, Question)), WRITER_LINE.of(app) is not None
    is_over = point.startswith("after_commit")
    assert kept == (PEOPLE if is_over else 0) if is_one else is_over <= kept <= PEOPLE
    assert [each.sends(ledger).status for each in people] == [303] * PEOPLE
    assert len(rows(app, Question)) == PEOPLE == len(ledger.given) and faults(app, ledger) == []
    seen(f"kill at {point}, {PEOPLE} at one moment", f"{kept} kept, none acknowledged; sent again, each is one")


@pytest.mark.parametrize("is_kept", [False, True])
def test_a_database_that_breaks_at_the_commit_of_all_loses_and_doubles_nothing(app, is_kept, seen):
    ledger, people, broken = Ledger(), ready(app), list[int]()

    def breaks(connection) -> None:
        if connection.get_execution_options().get("writes") and not broken:
            broken.append(1)
            driver = connection.connection.dbapi_connection
            if is_kept:
                driver.commit()
            raise OperationalError("COMMIT", {}, sqlite3.OperationalError("disk I/O error"))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "commit", breaks)
    try:
        answers = at_one_moment(app, send(people, ledger))
    finally:
        event.remove(engine, "commit", breaks)
    assert broken and {each.status for each in answers} <= {303, 503}
    assert [each.sends(ledger).status for each in people] == [303] * PEOPLE
    assert len(rows(app, Question)) == PEOPLE == len(ledger.given) and faults(app, ledger) == []
    said = "kept" if is_kept else "not kept"
    seen(f"COMMIT of {PEOPLE} questions breaks ({said})", "each is one question, its number known to its asker")


def test_a_double_press_and_a_form_sent_before_cost_nobody_else_anything(app, seen):
    ledger, people = Ledger(), ready(app)
    again, other = people[0].looks(), people[1].looks() | {"body": "Ein anderer Text unter demselben Stempel."}
    twice: list[Callable[[], Page]] = [lambda: sends(Visitor(app), again)]
    twice += [lambda: sends(Visitor(app), other)]
    with app.app_context():
        engine, undone = db.engine, list[bool]()

    def note(connection) -> None:
        undone.append(bool(connection.get_execution_options().get("writes")))

    event.listen(engine, "rollback", note)
    try:
        *first, same, changed = at_one_moment(app, [*send(people, ledger), *twice])
    finally:
        event.remove(engine, "rollback", note)
    assert not any(undone)  # the others of that moment were not written twice for it
    # Of two texts under one stamp whichever came first is the question.
    assert first[0].status == same.status == 303 and sorted((first[1].status, changed.status)) == [303, 409]
    assert NUMBER.search(same.location)[1] == NUMBER.search(first[0].location)[1]
    assert [each.status for each in first[2:]] == [303] * (PEOPLE - 2)
    assert len(rows(app, Question)) == PEOPLE and faults(app, ledger) == []
    for one, asked in zip((people[0], *people[2:]), (first[0], *first[2:]), strict=True):
        receipt = asked.location.partition("?")[0]
        assert one.visitor.opens(one.visitor.opens(asked.location).location).status == 200
        assert {each.visitor.opens(receipt).status for each in people if each is not one} == {404}
    seen("a double press among others of one moment", "one number; the others have theirs", invariants="I1–I6")

"""Colleagues at one case see each other, and learn that something newer has arrived."""

from datetime import timedelta

from portal.desk.chores import forget_presence
from portal.desk.models import Presence
from portal.desk.queries.presence import HERE_FOR
from portal.foundation import clock
from portal.foundation.database import db
from tests.conftest import NOON
from tests.desk.cases import desk, does
from tests.questions.people import ask, write


def seen(page) -> str:
    return page.all("div", **{"data-behaviour": "presence"})[0].get("data-seen")


def test_who_looks_and_who_writes_is_seen_by_colleagues_not_by_oneself(app, clara, dora):
    asked = ask(app)
    assert "Clara" not in does(clara, asked, "presence").text
    assert "Clara Vogt sieht sich diese Anfrage gerade auch an." in does(dora, asked, "presence").text
    does(clara, asked, "presence", writing="yes")
    assert "Clara Vogt schreibt hier gerade." in does(dora, asked, "presence").text


def test_somebody_who_left_is_no_longer_shown_and_is_forgotten_after_a_day(app, clara, dora):
    asked = ask(app)
    does(clara, asked, "presence")
    with clock.frozen(NOON + HERE_FOR + timedelta(seconds=1)):
        assert "Clara" not in does(dora, asked, "presence").text
    with app.app_context():
        forget_presence(NOON + timedelta(days=2))
        assert db.session.query(Presence).count() == 0


def test_an_open_page_says_that_something_newer_has_arrived(app, anna, clara):
    asked = ask(app)
    before = seen(clara.opens(desk(asked)))
    assert "Neueres" not in does(clara, asked, "presence", seen=before).text
    write(asked, "Noch etwas.")
    assert "Neueres" in does(clara, asked, "presence", seen=before).text

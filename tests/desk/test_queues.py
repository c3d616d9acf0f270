"""Queues: every case stands where it belongs, the next promise first, and nobody but staff sees any of it."""

import re
import sqlite3
import sys
from contextlib import closing
from itertools import pairwise

import pytest
from sqlalchemy import event, select

from portal.accounts.access import current_person
from portal.desk.actions.assigning import assign_case
from portal.desk.models import SavedView
from portal.desk.queries.queues import count_all
from portal.foundation.database import db, transaction
from portal.notifications.models import StaffNotice
from portal.questions.actions.answering import Then
from tests.accounts.test_access import cookies_of
from tests.cast import ANNA, signed_in
from tests.conftest import NOON
from tests.desk.cases import desk, does
from tests.questions.people import ask, ask_as_guest, counted, give_answer, later
from tests.questions.people import clara as clara_actor

QUEUES = ("mine", "free", "due-soon", "overdue", "waiting", "solved", "all")
HTML = "{http://www.w3.org/1999/xhtml}"


def subjects(page) -> list[str]:
    return ["".join(each.itertext()) for each in page.all("a", class_="cases__subject")]


def counts(page) -> dict[str, str]:
    return {each.get("data-count"): "".join(each.itertext()) for each in page.all("span") if each.get("data-count")}


def changes(page, visitor, do: str, ids: list[int], **typed: str):
    """Press a button under the list with these cases chosen."""
    form = page.find("form", data_behaviour="bulk")
    token = page.find("input", name="token").get("value")
    fields = {"token": token, "back": form.get("action"), "do": do, "is_complete": "yes", **typed}
    return visitor.sends(form.get("action"), fields | {"case": [str(each) for each in ids]})


@pytest.mark.sqlite_only
def test_no_queue_is_sorted_as_a_whole(app, clara):
    sent = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *given: sent.append((given[2], given[3])))
        for queue in QUEUES:
            clara.opens(f"/desk/queues/{queue}")
        clara.opens("/desk/queues/solved?assignee=1")
        lists = [(sql, given) for sql, given in sent if sql.startswith("\nSELECT q.id")]
        connection = db.session.connection()
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given).all() for sql, given in lists]
    assert len(plans) == len(QUEUES) + 1 and not [plan for plan in plans if "ORDER BY" in str(plan)], plans


@pytest.mark.together
@pytest.mark.parametrize("queue", QUEUES)
def test_an_empty_queue_says_what_that_means(clara, queue):
    page = clara.opens(f"/desk/queues/{queue}")
    assert page.status == 200 and not subjects(page)
    assert page.find("p", class_="desk-empty").text.strip()


def test_a_new_case_is_free_and_the_nearest_promise_stands_first(app, clara):
    ask(app, subject="Kann warten")
    ask_as_guest(app, subject="Kein Netz")
    page = clara.opens("/desk/queues/free")
    assert subjects(page) == ["Kein Netz", "Kann warten"]
    assert counts(page) | {"free": "2", "mine": "0", "all": "2"} == counts(page)


def test_time_left_is_said_in_words_with_symbol_and_date(app, clara):
    ask_as_guest(app)
    line = clara.opens("/desk/queues/free").find("p", class_="cases__time cases__time--soon")
    assert re.search(r"\d", "".join(line.itertext()))
    assert line.find("{http://www.w3.org/2000/svg}svg") is not None
    assert line.find(f"{HTML}time").get("datetime")


def test_time_left_says_whether_the_first_or_the_next_answer_is_meant(app, clara):
    asked = ask(app)
    for queue, word in (("free", "Erste Antwort bis"), ("mine", "Nächste Antwort bis")):
        when = clara.opens(f"/desk/queues/{queue}").find("time", class_="cases__when")
        assert word in "".join(when.itertext())
        assert word in "".join(clara.opens(desk(asked)).find("p", class_="case__turn").itertext())
        give_answer(asked, then=Then.OUR_TURN)


def test_a_case_goes_through_the_queues_as_it_is_worked_on(app, clara):
    asked = ask(app)
    give_answer(asked, then=Then.OUR_TURN)
    assert subjects(clara.opens("/desk/queues/mine")) == [asked.row.subject]
    assert not subjects(clara.opens("/desk/queues/free"))
    give_answer(asked)
    assert subjects(clara.opens("/desk/queues/waiting")) == [asked.row.subject]
    give_answer(asked, then=Then.SOLVED)
    assert subjects(clara.opens("/desk/queues/solved")) == [asked.row.subject]
    assert not subjects(clara.opens("/desk/queues/waiting"))


def test_a_missed_promise_is_overdue_in_words(app, clara):
    ask_as_guest(app)
    with later(days=20):
        again = signed_in(app, clara.person)
        page = again.opens("/desk/queues/overdue")
        assert len(subjects(page)) == 1 and page.all("p", class_="cases__time cases__time--overdue")
        assert not subjects(again.opens("/desk/queues/due-soon"))


def test_pages_follow_each_other_without_a_gap_or_a_double(app, clara, monkeypatch):
    monkeypatch.setattr(sys.modules["portal.desk.queries.queues"], "PAGE_SIZE", 2)
    wanted = {ask(app, subject=f"Frage {number}").row.subject for number in range(5)}
    for queue in ("free", "all"):
        seen, url = [], f"/desk/queues/{queue}"
        while url:
            page = clara.opens(url)
            seen += subjects(page)
            url = page.links.get("Nächste Seite") or page.links.get("Next page")
        assert sorted(seen) == sorted(wanted)


def test_filters_stand_in_the_address_and_can_be_taken_away(app, clara):
    ask(app, ANNA, subject="Rechnung")
    ask_as_guest(app, subject="Kein Netz")
    page = clara.opens("/desk/queues/all?text=rechnung")
    assert subjects(page) == ["Rechnung"]
    chip = page.find("a", class_="chips__link")
    assert len(subjects(clara.opens(chip.get("href")))) == 2
    assert not subjects(clara.opens("/desk/queues/all?level=nichts"))
    assert len(subjects(clara.opens("/desk/queues/all?assignee=nobody"))) == 2
    assert len(subjects(clara.opens("/desk/queues/all?state=open&language=de"))) == 2


@pytest.mark.together
@pytest.mark.parametrize(
    "query", ["assignee=%00", "after=9.9", "after=-1.x", "customer=abc", "state=x", "tag=%00&text=%22*"]
)
def test_filters_without_sense_are_no_fault(app, clara, query):
    ask(app)
    assert clara.opens(f"/desk/queues/all?{query}").status == 200


@pytest.mark.sqlite_only
def test_a_queue_narrowed_by_a_frequent_tag_shows_the_same_as_by_a_rare_one(app, clara):
    ids = [ask(app, subject=f"Frage {number}").id for number in range(3)]
    page = clara.opens("/desk/queues/free")
    changes(page, clara, "tag", ids[:2], tag="Techniker")
    changes(page, clara, "take", ids[:1])
    with app.app_context():
        file = str(db.engine.url.database)
    for _ in ("rare", "frequent"):
        assert subjects(clara.opens("/desk/queues/free?tag=techniker")) == ["Frage 1"]
        assert subjects(clara.opens("/desk/queues/mine?tag=techniker")) == ["Frage 0"]
        assert not subjects(clara.opens("/desk/queues/waiting?tag=techniker"))
        # Past the portal, so that no case needs to be there for each of them.
        with closing(sqlite3.connect(file)) as connection, connection:
            rows = ((number, "techniker") for number in range(9_000, 10_000))
            connection.executemany("INSERT OR IGNORE INTO question_tags (question_id, tag) VALUES (?, ?)", rows)


@pytest.mark.parametrize("queue", ["free", "all?tag=wlan", "all?language=de"])
def test_a_case_leads_to_its_neighbours_in_the_list_one_came_from(app, clara, queue):
    cases = [ask(app, subject=f"Frage {number}") for number in range(4)]
    for asked in cases[:3]:
        does(clara, asked, "tags", tag="wlan")
    listed = [each.get("href") for each in clara.opens(f"/desk/queues/{queue}").all("a", class_="cases__subject")]
    assert len(listed) in (3, 4)
    for one, other in pairwise(listed):
        assert leads_to(clara, one, "Nächste Anfrage") == other
        assert leads_to(clara, other, "Vorige Anfrage") == one
    assert leads_to(clara, listed[-1], "Nächste Anfrage") == f"/desk/queues/{queue}"
    assert leads_to(clara, listed[0], "Vorige Anfrage") == f"/desk/queues/{queue}"


def test_while_an_answer_waits_to_be_sent_the_next_case_is_one_link_away(app, clara):
    asked, other = ask(app), ask(app)
    clara.opens("/desk/queues/free")
    does(clara, asked, "answers", body="Bitte einmal neu starten.", then="customers_turn")
    way = clara.opens(desk(asked)).links["Nächste Anfrage in „Frei“"]
    assert clara.opens(way).location == desk(other)


def test_without_a_list_the_next_case_is_the_first_of_ones_own(app, clara):
    asked, other = ask(app), ask(app)
    assert leads_to(clara, desk(asked), "Vorige Anfrage") == "/desk/queues/mine"
    with app.app_context():
        assign_case(other.id, clara.user_id, by=clara_actor(app), now=NOON)
    assert leads_to(clara, desk(asked), "Nächste Anfrage") == desk(other)


def leads_to(person, case: str, way: str) -> str:
    """Where a link of the case's page ends."""
    return person.opens(person.opens(case).links[way]).location


def test_a_view_is_saved_stands_beside_the_queues_and_belongs_to_one_person(app, clara, dora):
    ask(app)
    page = clara.opens("/desk/queues/all?state=open")
    fields = {"token": token_of(clara), "queue": "all", "address": "state=open", "name": "Offene", "is_complete": "yes"}
    nameless = clara.sends("/desk/views", {**fields, "name": " "})
    assert nameless.status == 422 and nameless.find("a", class_="summary__link").get("href") == "#name"
    assert nameless.find("input", id="name").get("aria-describedby") == "name-error"
    for _double_press in range(2):
        assert "Ansicht ist gespeichert" in clara.opens(clara.sends("/desk/views", fields).location).text
    assert clara.opens("/desk/").status == 303
    page = clara.opens("/desk/queues/all?state=open")
    assert page.links["Offene"] == "/desk/queues/all?state=open"
    assert "Offene" not in dora.opens("/desk/queues/mine").links
    with app.app_context():
        view_id = db.session.scalars(select(SavedView.id)).one()
    dora.sends(f"/desk/views/{view_id}/removal", {"token": token_of(dora), "is_complete": "yes"})
    assert "Offene" in clara.opens("/desk/queues/mine").links
    clara.submits(clara.opens("/desk/queues/all/filter?state=open"), f"/desk/views/{view_id}/removal")
    assert "Offene" not in clara.opens("/desk/queues/mine").links


def test_what_was_narrowed_down_stands_in_the_address_without_the_fields_that_were_left_empty(app, clara):
    ask(app)
    form = clara.opens("/desk/queues/all/filter")
    page = clara.submits(form, "/desk/queues/all", text="Zauberwort & mehr", state="", topic="")
    assert page.status == 303 and page.location.endswith("/desk/queues/all?text=Zauberwort+%26+mehr")
    assert "Zauberwort & mehr" in clara.opens(page.location).text
    assert clara.submits(form, "/desk/queues/all").location.endswith("/desk/queues/all")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("/desk/reports/topics?topic=fault&level=", "/desk/reports/topics?topic=fault"),
        ("/desk/contracts?q=", "/desk/contracts"),
        ("/desk/declarations?list=all&q=", "/desk/declarations?list=all"),
        ("/desk/search?q=", "/desk/search"),
    ],
)
def test_every_form_of_the_desk_that_asks_leads_to_a_clean_address(dora, typed, kept):
    moved = dora.opens(typed)
    assert moved.status == 303 and moved.location.endswith(kept)


def token_of(visitor) -> str:
    return visitor.opens("/desk/queues/all").find("input", name="token").get("value")


def test_counts_are_news_only_when_they_change(app, clara):
    first = clara.opens("/desk/counts")
    assert first.json()["free"] == "0"
    tag = first.response.headers["ETag"]
    assert clara.opens("/desk/counts", If_None_Match=tag).status == 304
    ask(app)
    assert clara.opens("/desk/counts", If_None_Match=tag).json()["free"] == "1"


def test_new_notices_are_counted_up_to_a_hundred(app, clara):
    for numbers, shown in ((range(99), "99"), (range(99, 101), "99+")):
        with app.app_context(), transaction():
            told = {"kind": "reminder", "subject_type": "question", "subject_id": 1, "created_at": NOON}
            db.session.add_all(StaffNotice(stamp=str(number), **told) for number in numbers)
        assert counts(clara.opens("/desk/queues/free"))["notices"] == shown
        assert clara.opens("/desk/counts").json()["notices"] == shown


def test_what_is_counted_with_the_person_is_counted_anew_after_a_change_of_the_same_request(app, clara):
    told = {"kind": "reminder", "subject_type": "question", "subject_id": 1, "created_at": NOON}
    for is_changed in (False, True):
        with app.test_request_context("/desk/queues/free", headers=cookies_of(clara)), counted(app) as sent:
            person = current_person()
            if is_changed:
                with transaction():
                    db.session.add(StaffNotice(stamp="now", **told))
            assert count_all(person, NOON).notices == is_changed
        assert is_changed or len(sent) == 2, "the person with their counts, and the counts for all"


def test_a_queue_costs_few_statements_however_many_cases_it_shows(app, clara):
    for number in range(3):
        ask(app, subject=f"Frage {number}")
    with counted(app) as statements:
        assert len(subjects(clara.opens("/desk/queues/free"))) == 3
    assert len(statements) <= 8, statements


def test_a_notice_says_what_its_case_is_about_to_those_who_answer_alone(app, clara, emil):
    number = ask(app, subject="Karton <b>aufgerissen</b>").number
    assert f"{number} Eine neue Anfrage ist eingegangen. Karton <b>aufgerissen</b>" in clara.opens("/desk/notices").text
    assert "aufgerissen" not in emil.opens("/desk/notices").text


def test_the_desk_speaks_the_language_of_whoever_is_signed_in(app, clara):
    assert clara.opens("/desk/queues/mine").tree.get("lang") == "de"


@pytest.mark.parametrize(
    "address",
    ["/desk/", "/desk/queues/all", "/desk/search?q=x", "/desk/notices", "/desk/mails", "/desk/counts", "/desk/keys"],
)
def test_customers_learn_nothing_of_the_desk_and_visitors_are_led_to_the_sign_in(app, anna, guest, address):
    assert anna.opens(address).status == 404
    answer = guest.opens(address)
    assert answer.status == 303 and "sign-in" in answer.location


def test_mails_that_failed_are_for_leads(clara, dora):
    assert clara.opens("/desk/mails").status == 404
    assert dora.opens("/desk/mails").status == 200

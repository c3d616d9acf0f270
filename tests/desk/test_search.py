"""One search finds cases by words and numbers, people by name and address, and articles; on both databases alike."""

from urllib.parse import quote

import pytest
from sqlalchemy import event

from portal.customers.actions import guest_customer
from portal.customers.models import Customer
from portal.desk.actions.tags import add_tag
from portal.desk.models import Note
from portal.foundation import clock
from portal.foundation.database import db, transaction
from tests.cast import ANNA, CLARA, signed_in
from tests.contracts.books import BERNDS, contract
from tests.desk.test_queues import subjects
from tests.questions.people import ask, ask_as_guest, clara, give_answer

PAGE = "/desk/search?q="


@pytest.fixture
def staff(app):
    """Clara at the desk, once on each database."""
    return signed_in(app, CLARA)


WORDS = [
    ("Rechnung", "Die Rechnungen stimmen nicht"),
    ("Rechnungen", "Meine Rechnung"),
    ("kündigung", "Die Kuendigung ist da"),
    ("Kuendigung", "Zur Kündigung"),
    ("invoices", "The invoice is wrong"),
    ("STRASSE", "In der Straße"),
    ("router blinkt", "Der Router hat ein Licht, das blinkt"),
]


def write_note(app, staff, question_id: int, body: str) -> None:
    with app.app_context(), transaction():
        note = Note(question_id=question_id, user_id=staff.user_id, author_name="Clara", kind="note", body=body)
        note.created_at = clock.now()
        db.session.add(note)


@pytest.mark.parametrize(("typed", "written"), WORDS)
def test_a_word_is_found_whatever_its_ending_or_its_umlauts(app, staff, typed, written):
    ask(app, subject="Betreff", body=written)
    ask(app, subject="Anderes", body="Nichts davon")
    assert subjects(staff.opens(PAGE + typed.replace(" ", "+"))) == ["Betreff"]


def test_answers_notes_and_subjects_are_searched_and_the_newest_case_stands_first(app, staff):
    first, second = ask(app, subject="Erste"), ask(app, subject="Zweite Zauberwort")
    give_answer(first, "Das Zauberwort steht in der Antwort.")
    third_id = ask(app, subject="Dritte").id
    write_note(app, staff, third_id, "Ein Zauberwort")
    assert subjects(staff.opens(PAGE + "zauberwort")) == ["Dritte", second.row.subject, "Erste"]


def test_a_number_leads_to_its_case_with_and_without_separators(app, staff):
    asked = ask(app)
    for typed in (asked.number, asked.number.replace("-", ""), asked.number.lower().replace("-", "+")):
        page = staff.opens(PAGE + typed)
        assert (page.status, page.location) == (303, f"/desk/questions/{asked.number}")
    assert subjects(staff.opens(PAGE + "1")) == [asked.row.subject]


def test_a_mistyped_number_is_said_to_be_wrong(app, staff):
    asked = ask(app)
    wrong = asked.number[:-1] + str((int(asked.number[-1]) + 1) % 10)
    assert staff.opens(PAGE + wrong).find("div", class_="notice notice--warning") is not None


@pytest.mark.parametrize("typed", ["gerda@example.org", "Müller", "mueller", "Gerda", "gerd", "GERDA+M%C3%BCller"])
def test_a_person_is_found_by_address_and_by_name_with_and_without_umlauts(app, staff, typed):
    ask_as_guest(app, name="Gerda Müller")
    page = staff.opens(PAGE + typed)
    assert "Gerda Müller" in page.links
    assert subjects(staff.opens(page.links["Gerda Müller"])) == ["Kein Netz"]


def test_people_are_found_however_many_came_since_the_newest_first(app, staff):
    ids = [1, 1_500, 9_000, 200_000, 2_000_000]
    rows = [{"id": each, "name": f"Gerda {each}", "email": f"gerda{each}@example.org"} for each in ids]
    with app.app_context(), transaction():
        for row in rows:
            db.session.add(Customer(**row, language="de", contact_wishes="", created_at=clock.now()))
    assert [each for each in staff.opens(PAGE + "gerda").links if each.startswith("Gerda")] == [
        row["name"] for row in reversed(rows)
    ]


def test_words_that_say_nothing_do_not_find_whatever_is_new(app, staff):
    ask(app, body="Kein Netz")
    assert subjects(staff.opens(PAGE + "so+an")) == []


def test_articles_are_found_too(app, clara):
    assert [url for url in clara.opens(PAGE + "router").links.values() if "/faq/" in url]
    assert [url for url in clara.opens(PAGE + "rechnungsa").links.values() if "/faq/" in url]


def test_internal_articles_are_found_by_staff_with_a_word_that_says_so(app, clara, reader):
    page = clara.opens(PAGE + "kulanz+gutschriften")
    (link,) = [url for name, url in page.links.items() if name.startswith("Kulanz bis 25 Euro")]
    assert "intern" in page.text and clara.opens(link).heading == "Kulanz bis 25 Euro: wann und wie"
    assert not [name for name in clara.opens(PAGE + "kulanz+mond").links if name.startswith("Kulanz")]
    assert "Kulanz bis" not in reader.opens("/de/search?q=kulanz+gutschriften").text


@pytest.mark.parametrize("name", ["berger", "Anna+Berger", "Kolb", "Rechnung+Berger"])
def test_a_name_finds_people_and_no_articles_that_are_merely_written_alike(app, clara, name):
    assert not [url for url in clara.opens(PAGE + name).links.values() if "/faq/" in url]


@pytest.mark.together
@pytest.mark.parametrize(
    "typed",
    [
        "@",
        "@anna",
        "a@b c@d",
        "%00",
        "%22*",
        "'; DROP",
        "AND OR NOT",
        "%F0%9F%98%80",
        "(((",
        "a:b",
        "x" * 500,
        "%26|!",
    ],
)
def test_odd_words_find_nothing_and_are_no_fault(app, staff, typed):
    ask(app)
    assert staff.opens(PAGE + typed).status == 200
    assert staff.opens("/desk/queues/all?text=" + typed).status == 200


def test_what_changes_or_goes_is_searched_as_it_is_now(app, staff):
    with app.app_context():
        with transaction():
            customer = guest_customer("paula@example.org", "Paula Alt", "de", clock.now())
        with transaction():
            db.session.merge(customer).name = "Paula Neu"
    assert "Paula Neu" in staff.opens(PAGE + "neu").links
    assert "Paula Neu" not in staff.opens(PAGE + "alt").links


def test_a_tag_is_kept_once_shown_and_found(app, staff):
    asked = ask(app, ANNA)
    with app.app_context():
        for tag in ("kulanz", "kulanz", "eilt"):
            add_tag(asked.id, tag, by=clara(app), now=clock.now())
    page = staff.opens("/desk/queues/all?tag=kulanz")
    assert subjects(page) == [asked.row.subject]
    assert [each.text for each in page.all("a", class_="cases__tag")] == ["eilt", "kulanz"]


# For whoever connects, looking for words in notes has no end.
ENDLESS = """CREATE TEMP VIEW fts_notes AS
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
SELECT f.rowid AS rowid, f.fts_notes AS fts_notes FROM main.fts_notes AS f, n WHERE n.i < 0"""


@pytest.mark.sqlite_only
@pytest.mark.parametrize("path", [PAGE, "/desk/queues/all?text=", "/desk/queues/free?text="])
def test_a_search_that_takes_too_long_is_stopped_and_says_so(app, path):
    staff, asked = signed_in(app, CLARA), ask(app)
    write_note(app, staff, asked.id, "Ein Zauberwort")
    assert staff.opens(path + "zauberwort").status == 200
    with app.app_context():
        db.engine.dispose()
        event.listen(db.engine, "connect", lambda connection, _record: connection.execute(ENDLESS))
    page = staff.opens(path + "zauberwort")
    assert page.status == 503 and "zu lange gedauert" in page.text
    assert "Keine Anfrage passt" not in page.text and "kommen nirgends vor" not in page.text
    # Everything else goes on, also over the same connection.
    assert staff.opens(f"/desk/search?q={asked.number}").status == 303


@pytest.mark.parametrize("typed", ["TW-2025-00417", "tw 2025 00417", "TW202500417", "K-10417"])
def test_a_contract_is_found_by_its_number_and_by_that_of_the_customer_in_any_spelling(app, staff, typed):
    contract(app)
    contract(app, BERNDS)
    page = staff.opens(PAGE + quote(typed))
    assert page.find("a", href="/desk/contracts/tw202500417") is not None and "Anna Berger" in page.links
    assert "Bernd Kolb" not in page.text


@pytest.mark.parametrize("typed", ["00417", "417", "vertrag"])
def test_a_word_or_a_part_of_a_number_is_no_contract(app, staff, typed):
    contract(app)
    assert "/desk/contracts/tw" not in staff.opens(PAGE + typed).html

"""The loop: what was searched and not found becomes an article, and whoever asked is told once."""

import re

from flask import Flask
from sqlalchemy import select

from portal.editing.chores import tell_askers
from portal.editing.models import ArticleProposal
from portal.faq.actions import SEARCH_TALLY
from portal.faq.gaps import open_gaps
from portal.faq.library import KEEPER
from portal.faq.measures import searching
from portal.faq.origins import ORIGIN_COUNTS
from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.database import db, transaction
from portal.notifications.models import Notification
from portal.questions.models import Question
from portal.rounds import ROUNDS
from portal.worker import Worker
from tests.cast import CLARA, EMIL, signed_in
from tests.editing.folder import fields, mark, saves
from tests.questions.people import ask, ask_as_guest, give_answer
from tests.visitor import Visitor


def told(app: Flask) -> list[Notification]:
    with app.app_context():
        rows = select(Notification).filter_by(kind="article_written").order_by(Notification.id)
        return list(db.session.scalars(rows))


def today(app: Flask):
    return clock.today(COMPANY.of(app).zone)


def test_what_led_to_questions_stands_before_what_many_opened_something_else_for(own):
    tally, day = SEARCH_TALLY.of(own), today(own)
    with own.app_context():
        for _each in range(40):
            tally.count_search("oft gesucht", language="de", on=day, has_results=True)
        tally.count_search("selten gesucht", language="de", on=day, has_results=True)
        tally.count_asked("selten gesucht", language="de", on=day)
        tally.write()
        assert [gap.title for gap in open_gaps(day)] == ["selten gesucht", "oft gesucht"]


def test_a_failed_search_becomes_a_gap_the_gap_an_article_and_whoever_asked_is_told_once(own, editor):
    reader = Visitor(own)
    for words in ("Drachenfutter kaufen", "drachenfutter kaufen"):
        assert "nichts" in reader.opens(f"/de/search?q={words.replace(' ', '+')}").text
    asked, second = ask(own, subject="Wo gibt es Drachenfutter?"), ask(own, subject="Noch einmal Drachenfutter")
    with own.app_context():
        with transaction():
            for each in db.session.scalars(select(Question)):
                each.searched_words = "Drachenfutter kaufen"
        SEARCH_TALLY.of(own).count_asked("drachenfutter kaufen", language="de", on=today(own))
        SEARCH_TALLY.of(own).write()
        gap = open_gaps(today(own))[0]
        assert (gap.searches, gap.without_result, gap.asked) == (2, 2, 1)
        assert searching(today(own), today(own)).asked == 1
    page = editor.opens("/desk/articles/gaps")
    assert "drachenfutter kaufen" in page.text.lower()
    link = next(address for said, address in page.links.items() if said.startswith("Hilfeartikel schreiben"))
    draft = editor.opens(link)
    assert "drachenfutter kaufen" in fields(draft)["keywords"]
    made = saves(editor, draft, category="faq/de/rechnung", body="Im Laden.", status="draft")
    assert made.status == 303
    assert KEEPER.of(own).settle(seconds=60)
    Worker(own).once()
    assert told(own) == [] and "Drachenfutter kaufen" not in editor.opens("/desk/articles/gaps").text
    assert saves(editor, editor.opens(made.location), status="published").status == 303
    assert KEEPER.of(own).settle(seconds=60)
    with own.app_context():
        for _again in range(2):
            tell_askers(clock.now())
    assert [each.recipient for each in told(own)] == ["anna@example.org"]
    assert asked.number != second.number
    assert "Drachenfutter kaufen" in Visitor(own).opens("/de/search?q=drachenfutter+kaufen").text
    ORIGIN_COUNTS.of(own).read_at = -100.0
    ROUNDS.of(own).once()
    address = next(each.path for each in KEEPER.of(own).library.articles.values() if "drachen" in each.path)
    assert "Entstanden aus 2 Anfragen" in Visitor(own).opens(f"/de/faq/{address}").text


def test_an_agent_proposes_a_cleaned_draft_and_publishes_nothing(own, editor):
    asked = ask_as_guest(own, subject="Gerda Blum findet ihre Rechnung nicht")
    give_answer(
        asked, "Guten Tag Frau Blum,\n\nIhre Rechnung 2026-004711 liegt im Konto.\n\nFreundliche Grüße\nClara Vogt"
    )
    clara = signed_in(own, CLARA)
    address = f"/desk/articles/from/{asked.number}"
    page = clara.opens(address)
    assert page.status == 200 and "Blum" not in page.find("textarea", id="body").text and "004711" not in page.html
    assert "[entfernt: Nummer]" in page.text
    title = page.find("input", id="title").get("value")
    assert "Blum" not in title
    body = page.find("textarea", id="body").text
    token = page.find("input", name="token").get("value")
    sent = clara.sends(address, {"token": token, "title": title, "body": body, "is_complete": "yes"})
    assert sent.status == 303
    with own.app_context():
        proposal = db.session.scalars(select(ArticleProposal)).one()
    assert clara.opens("/desk/articles/proposals").status == 404 and clara.opens("/desk/articles/new").status == 404
    assert editor.opens(f"/desk/questions/{asked.number}").status == 404
    assert editor.opens(address).status == 404
    draft = editor.opens(f"/desk/articles/new?proposal={proposal.id}")
    refused = saves(editor, draft, category="faq/de/rechnung", status="published")
    assert refused.status == 422 and "Bitte die Markierungen ersetzen" in refused.text
    made = saves(editor, refused, body="Die Rechnung liegt im Konto.", title="Rechnung im Konto", status="published")
    assert made.status == 303 and KEEPER.of(own).settle(seconds=60)
    Worker(own).once()
    [mail] = told(own)
    assert not mail.is_confirmed
    with own.app_context():
        assert db.session.get(ArticleProposal, proposal.id).decided_by == "Emil Brandt"


def test_a_reader_says_at_which_step_they_are_stuck_and_the_editor_sees_a_bar(own, editor):
    reader = Visitor(own)
    page = reader.opens("/de/faq/rechnung/finden")
    links = page.all("a", class_="stuck")
    assert len(links) == 3 and not re.search(r'\S<a class="stuck"', page.text)
    form = reader.follows(links[1].get("href"))
    assert "Schritt 2" in form.text and form.find("input", name="step").get("value") == "2"
    with own.app_context():
        SEARCH_TALLY.of(own).write()
    feedback = editor.opens(f"/desk/articles/{_mark()}/feedback")
    assert "Auf Belege gehen" in feedback.text and "einmal" in feedback.text


def test_internal_articles_are_read_by_everybody_who_works_here_and_drafts_by_editors_alone(own):
    clara, emil = signed_in(own, CLARA), signed_in(own, EMIL)
    page = clara.opens("/desk/articles/internal")
    assert "Kulanz gewähren" in page.text
    assert "Bis 20 Euro." in clara.opens(page.links["Kulanz gewähren"]).text
    for person, status in ((clara, 404), (emil, 200)):
        assert person.opens(f"/desk/articles/{_mark('entwurf')}/reading").status == status
    assert Visitor(own).opens("/de/faq/rechnung/intern").status == 404


def _mark(name: str = "finden") -> str:
    return mark(f"faq/de/rechnung/{name}.md")

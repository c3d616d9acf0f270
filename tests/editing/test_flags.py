"""What somebody sees at a case to be wrong with an article reaches the editors, without a word of the case."""

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.desk.actions.joining import merge_cases, merging_mark
from portal.desk.models import ArticleFlag
from portal.editing.rules import Standing, worry
from portal.faq.library import KEEPER
from portal.foundation import clock
from portal.foundation.config import CONFIG
from portal.foundation.database import db
from portal.notifications.models import StaffNotice
from portal.questions.models import Question
from tests.cast import BERND, CLARA, DORA, EMIL, signed_in
from tests.desk.cases import desk, does
from tests.editing.folder import mark
from tests.questions.people import ask, give_answer
from tests.questions.people import clara as actor
from tests.visitor import HTML

SENTENCE = "Der Weg heißt jetzt Belege und Briefe."
FILE = "faq/de/rechnung/finden.md"


@pytest.fixture
def clara(own):
    return signed_in(own, CLARA)


@pytest.fixture
def asked(own):
    return ask(own, subject="Geheimer Betreff", body="Mein geheimes Anliegen.")


def flags(app) -> list[ArticleFlag]:
    with app.app_context():
        return list(db.session.scalars(select(ArticleFlag).order_by(ArticleFlag.id)))


def notices(app, kind: str) -> list[StaffNotice]:
    with app.app_context():
        return list(db.session.scalars(select(StaffNotice).filter_by(kind=kind).order_by(StaffNotice.id)))


def says(person, asked, **more):
    return does(person, asked, "flags", **{"flag_words": "7", "flag_kind": "outdated", "flag": SENTENCE, **more})


def settles(editor, flag: ArticleFlag):
    page = editor.opens(f"/desk/articles/{mark(FILE)}/feedback")
    return editor.submits(page, f"/desk/articles/flags/{flag.id}/settlement")


def test_editors_read_it_at_the_article_and_in_their_notices_with_the_number_of_the_case_alone(
    own, editor, clara, asked
):
    done = says(clara, asked)
    assert done.status == 303 and done.location.endswith(f"{desk(asked)}?said=flagged")
    assert "Am Hilfeartikel „Wo liegt meine Rechnung?“ stimmt etwas nicht." in clara.opens(desk(asked)).text
    worst = editor.opens("/desk/articles/")
    assert "ein Hinweis aus dem Team" in worst.text
    notice = editor.opens("/desk/notices")
    assert "Wo liegt meine Rechnung?" in notice.text and asked.number not in notice.text
    there = editor.opens(notice.links["Wo liegt meine Rechnung?"])
    page = editor.opens(there.location)
    assert SENTENCE in page.text and "Er ist veraltet" in page.text and f"Anfrage {asked.number}" in page.text
    for shown in (worst, notice, page):
        assert "geheime" not in shown.text.lower()
    assert editor.opens(desk(asked)).status == 404


def test_it_is_settled_once_and_whoever_said_it_is_told_once(own, editor, clara, asked):
    says(clara, asked)
    (flag,) = flags(own)
    page = editor.opens(f"/desk/articles/{mark(FILE)}/feedback")
    for _ in range(2):
        assert editor.submits(page, f"/desk/articles/flags/{flag.id}/settlement").status == 303
    assert len(notices(own, "article.settled")) == 1 and flags(own)[0].settled_by == EMIL.name
    assert "Die Redaktion hat den Hilfeartikel bearbeitet" in clara.opens("/desk/notices").text
    assert f"erledigt von {EMIL.name}" in editor.opens(f"/desk/articles/{mark(FILE)}/feedback").text
    assert "Hinweis aus dem Team" not in editor.opens("/desk/articles/").text


def test_what_was_said_of_an_article_that_is_gone_is_found_and_settled(own, editor, clara, asked):
    says(clara, asked)
    (flag,) = flags(own)
    for path in (CONFIG.of(own).content / "faq").rglob("finden.md"):
        path.unlink()
    KEEPER.of(own).settle()
    worst = editor.opens("/desk/articles/")
    page = editor.opens(worst.links["ein Hinweis aus dem Team zu einem Hilfeartikel, den es nicht mehr gibt"])
    assert "Hilfeartikel, die es nicht mehr gibt" in page.text and SENTENCE in page.text and "Nr. 7" in page.text
    done = editor.submits(page, f"/desk/articles/flags/{flag.id}/settlement")
    there = editor.opens(done.location)
    assert there.status == 200 and f"erledigt von {EMIL.name}" in there.text
    assert len(notices(own, "article.settled")) == 1
    assert "nicht mehr gibt" not in editor.opens("/desk/articles/").text
    assert "In dieser Liste ist nichts" in editor.opens("/desk/articles/flags").text


def test_the_same_said_twice_is_said_once_until_it_is_settled(own, editor, clara, asked):
    for _ in range(2):
        says(clara, asked)
    (flag,) = flags(own)
    settles(editor, flag)
    says(clara, asked)
    assert len(flags(own)) == 2


def test_the_articles_of_the_case_are_offered_and_one_that_is_found_while_writing_is_chosen(own, clara, asked):
    with own.app_context():
        db.session.get_one(Question, asked.id).article_number = 7
        db.session.commit()
    page = clara.opens(desk(asked))
    assert [each.text for each in page.find("select", id="flagged").iter(f"{HTML}option")] == [
        "Wo liegt meine Rechnung?"
    ]
    found = does(clara, asked, "insertion", do="flag", words="Mahnung", article="7", body="Guten Tag")
    chosen = [
        each.get("value")
        for each in found.find("select", id="flagged").iter(f"{HTML}option")
        if each.get("selected") is not None
    ]
    assert found.status == 200 and chosen == ["7"] and "Guten Tag" in found.text
    assert says(clara, asked, flag_words="", flagged="7").status == 303
    assert flags(own)[0].article_number == 7


def test_an_answer_that_names_an_article_offers_it(own, clara, asked):
    give_answer(asked, f"Siehe {CONFIG.of(own).url}/faq/7")
    options = clara.opens(desk(asked)).find("select", id="flagged").iter(f"{HTML}option")
    assert [each.get("value") for each in options] == ["7"]


@pytest.mark.parametrize("words", ["Wo liegt meine Rechnung?", "wo liegt meine rechnung?", "7"])
def test_an_article_is_named_by_title_or_number(own, clara, asked, words):
    assert says(clara, asked, flag_words=words).status == 303 and flags(own)[0].article_number == 7


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"flag": ""}, "Bitte schreiben Sie in einem Satz"),
        ({"flag": "x" * 301}, "301 Zeichen"),
        ({"flag_kind": "nonsense"}, "Bitte wählen Sie, was nicht stimmt."),
        ({"flag_words": "Gibt es nicht 12"}, "So heißt kein Hilfeartikel."),
        ({"flag_words": "987654"}, "So heißt kein Hilfeartikel."),
        ({"flag_words": ""}, "So heißt kein Hilfeartikel."),
        ({"flag_words": "Kulanz gewähren"}, "So heißt kein Hilfeartikel."),
    ],
)
def test_what_cannot_be_taken_comes_back_with_a_sentence_and_everything_typed(own, clara, asked, typed, sentence):
    page = says(clara, asked, **typed)
    assert page.status == 422 and sentence in page.text and flags(own) == []
    assert page.find("input", id="flag").get("value") == typed.get("flag", SENTENCE)


def test_customers_cannot_say_it_and_agents_cannot_settle_it(own, clara, asked):
    says(clara, asked)
    (flag,) = flags(own)
    assert signed_in(own, BERND).sends(f"{desk(asked)}/flags", {"is_complete": "yes"}).status == 404
    assert clara.opens(f"/desk/articles/flags/{flag.id}").status == 404
    assert clara.sends(f"/desk/articles/flags/{flag.id}/settlement", {"is_complete": "yes"}).status == 404
    assert flags(own)[0].settled_at is None


def test_an_owner_who_works_here_is_told_in_person_and_without_editors_the_lead(own, clara, asked):
    signed_in(own, DORA)
    path = CONFIG.of(own).content / FILE
    path.write_text(path.read_text().replace("id: 7\n", f"id: 7\nowner: {DORA.name}\n"))
    KEEPER.of(own).settle()
    says(clara, asked)
    (told,) = notices(own, "article.flagged")
    with own.app_context():
        dora = db.session.scalars(select(User).filter_by(email=DORA.email)).one()
        assert (told.user_id, told.role) == (dora.id, "")


def test_without_editors_the_lead_is_told(own, clara, asked):
    says(clara, asked)
    assert [(each.user_id, each.role) for each in notices(own, "article.flagged")] == [(None, "lead")]


def test_editors_see_no_notices_of_the_desk(own, editor, asked):
    assert notices(own, "question_new")
    page = editor.opens("/desk/notices")
    assert page.status == 200 and asked.number not in page.text and "Es gibt nichts Neues." in page.text


def test_it_goes_with_its_question_and_follows_a_merge(own, clara, asked):
    other = ask(own, subject="Noch einmal")
    says(clara, other)
    with own.app_context():
        first, second = (db.session.get_one(Question, each.id) for each in (asked, other))
        merge_cases(first, second, seen=merging_mark(first, second), by=actor(own), now=clock.now())
    assert [each.question_id for each in flags(own)] == [asked.id]


def test_what_a_colleague_says_weighs_more_than_what_a_reader_does():
    said, unhelpful = Standing(flagged=1), Standing(not_helped=1, remarks=1)
    assert worry(said, is_overdue=False, has_faults=False) == 4 > worry(unhelpful, is_overdue=False, has_faults=False)
    assert worry(Standing(flagged=1, helped=90), is_overdue=False, has_faults=False) == 4
    assert EMIL.role == "editor"

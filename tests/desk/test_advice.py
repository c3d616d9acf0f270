"""What the desk remarks while an answer is written: better words, facts that are known; nothing is ever blocked."""

import pytest
from sqlalchemy import select

from portal.desk.advice import KnownFact, Phrase, asked_again, found_phrases
from portal.desk.phrases import PhrasesFile, phrase_faults
from portal.foundation.database import db
from portal.questions.models import Draft
from tests.conftest import CONTENT
from tests.contracts.books import BERNDS, contract
from tests.desk.cases import desk, does, goes_out, messages
from tests.questions.people import ask

SORRY = Phrase(("leider", "bitten um Geduld"), "Sagen Sie, was geht.")
NUMBER = KnownFact("Kundennummer", "K-1234567", "record-title", ("Kundennummer", "Customer number"))
LAMP = KnownFact("Wie leuchtet die Lampe „Internet“ an der TalBox?", "Rot", "record-title")
LANGUAGES = ("de", "en")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Leider dauert es, leider.", ["Leider"]),
        ("Wir bitten um\n  Geduld und leider mehr.", ["bitten um\n  Geduld", "leider"]),
        ("Das Kleiderleider und leiderlich", []),
        ("", []),
    ],
)
def test_unwanted_phrases_are_found_as_whole_words_once_in_the_order_of_the_text(text, found):
    assert [each.written for each in found_phrases(text, [SORRY])] == found


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Bitte nennen Sie uns Ihre Kundennummer.", [NUMBER]),
        ("Wie lautet die KUNDENNUMMER?", [NUMBER]),
        ("Please send us your customer number.", [NUMBER]),
        ("Ihre Kundennummer habe ich gefunden. Bitte starten Sie neu.", []),
        ("Welche Lampe leuchtet an der TalBox?", [LAMP]),
        ("Bitte schalten Sie das Licht an.", []),
    ],
)
def test_a_fact_counts_as_asked_for_only_in_a_sentence_that_asks(text, asked):
    assert asked_again(text, [NUMBER, LAMP]) == asked


def test_the_demo_company_has_phrases_in_both_languages_and_no_fault():
    path = CONTENT / "phrases.toml"
    assert phrase_faults(path, LANGUAGES) == ()
    assert all(len(PhrasesFile(path, LANGUAGES).in_language(each)) >= 8 for each in LANGUAGES)


@pytest.mark.parametrize(
    "written",
    ["[[phrase]]\nwords = 3\n", "phrase = 1\n", "x = [", '[[phrase]]\nwords = {de = ["a"]}\nbetter = {en = "b"}\n'],
)
def test_every_fault_of_the_phrases_is_a_sentence_and_a_broken_file_leaves_the_last_good_one(tmp_path, written):
    path = tmp_path / "phrases.toml"
    path.write_text('[[phrase]]\nwords = {de = ["leider"]}\nbetter = {de = "Was geht?"}\n', encoding="utf-8")
    phrases = PhrasesFile(path, LANGUAGES)
    path.write_text(written + "# anders\n", encoding="utf-8")
    assert phrase_faults(path, LANGUAGES) and not phrases.refresh()
    assert [each.better for each in phrases.in_language("de")] == ["Was geht?"]


def test_a_draft_is_looked_over_and_kept_and_nothing_keeps_it_from_being_sent(app, clara):
    asked = ask(app, body="Meine Kundennummer ist K-1234567. Seit gestern geht nichts.")
    text = "Guten Tag,\n\nleider dauert es.\n\n- Bitte nennen Sie Ihre Kundennummer.\n- Danke.\n"
    page = does(clara, asked, "draft", body=text, then="asks_back")
    shown = page.text
    assert page.status == 200 and "K-1234567" in shown and "was ist und was jetzt geht" in shown
    assert f'href="#message-{messages(asked)[0].id}"' in page.html and "<li>Danke.</li>" in page.html
    back = clara.opens(desk(asked))
    assert back.all("textarea", name="body")[0].text.lstrip("\n") == text.strip()
    assert [each.get("value") for each in back.all("input", name="then") if each.get("checked") is not None] == [
        "asks_back"
    ]
    does(clara, asked, "answers", body=text, then="asks_back")
    goes_out(app)
    assert len(messages(asked)) == 2
    with app.app_context():
        assert db.session.scalar(select(Draft)) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Wie lautet Ihre Vertragsnummer?", "TW-2025-00417"),
        ("Please tell us the number of your contract, the contract number.", "TW-2025-00417"),
        ("Bitte nennen Sie Ihre Kundennummer.", "K-10417"),
        ("Wie lautet Ihre Anschrift?", "Am Bach 3 79100 Oberried"),
    ],
)
def test_what_the_books_say_of_this_customer_need_not_be_asked_for(app, clara, text, shown):
    asked = ask(app)
    contract(app, postal_address="Am Bach 3\n79100 Oberried")
    contract(app, BERNDS)
    html = does(clara, asked, "draft", body=text).html
    assert f"<strong><bdi>{shown}</bdi></strong>" in html and "TW-2026-00733" not in html


def test_a_draft_belongs_to_its_writer_and_can_be_discarded(app, clara, dora):
    asked = ask(app)
    does(clara, asked, "draft", body="Halb geschrieben")
    assert "Halb geschrieben" not in dora.opens(desk(asked)).html
    does(clara, asked, "draft", do="discard")
    assert "Halb geschrieben" not in clara.opens(desk(asked)).html


def test_a_draft_that_is_too_long_comes_back_whole(app, clara):
    page = does(clara, ask(app), "draft", body="x" * 100_000)
    assert page.status == 422 and "x" * 100_000 in page.html


def test_lists_and_emphasis_of_an_answer_reach_the_customer_and_their_own_marks_stay_text(app, anna, clara):
    asked = ask(app, body="Ich habe **alles** versucht:\n\n- neu gestartet")
    does(clara, asked, "answers", body="1. Stecker ziehen\n2. **Warten**\n\n<b>x</b> [y](javascript:alert(1))")
    goes_out(app)
    page = anna.opens(f"/de/questions/{asked.number}")
    assert "<li>Stecker ziehen</li>" in page.html and "<strong>Warten</strong>" in page.html
    assert "&lt;b&gt;x" in page.html and "javascript:alert" not in page.html
    assert "**alles**" in page.html and "<li>neu gestartet" not in page.html

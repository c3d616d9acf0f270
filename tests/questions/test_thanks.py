"""Thanks for a solved question leave it solved; whatever may want something opens it again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.foundation.database import db
from portal.journal.models import Event
from portal.notifications.models import Notification, StaffNotice
from portal.questions.actions.closing import close_question, mark_solved, reopen_question, solve_question
from portal.questions.actions.mailed import Mailed
from portal.questions.actions.replying import Written, reply
from portal.questions.rules import MOST_WORDS_OF_THANKS, is_kept_solved, is_thanks, words_of
from portal.questions.thanks import ThanksFile, thanks_faults
from tests.conftest import CONTENT, NOON
from tests.questions.people import ask, ask_as_guest, at, give_answer, holding, later, opened, write
from tests.questions.people import clara as actor

KNOWN = ThanksFile(CONTENT / "thanks.toml").value
NAMES = ("Anna Berger", "Clara Vogt", "Müller-Lüdenscheidt", "Talwind")


@pytest.mark.parametrize(
    "text",
    [
        "Danke",
        "danke!!!",
        "VIELEN DANK FÜR DIE SCHNELLE HILFE.",
        "Vielen Dank fuer die schnelle Hilfe",
        "Herzlichen Dank, Frau Vogt!\n\nViele Grüße\nAnna Berger",
        "Super, danke Clara :-)",
        "Liebes Talwind-Team, danke für alles!",
        "Danke, Herr Mueller-Luedenscheidt",
        "Danke, jetzt geht’s",
        "Perfekt – hat geklappt. Danke",
        "👍",
        "👍🏽❤️",
        "Danke 🙏😊",
        "Thanks a lot, Clara!",
        "thank you so much for your quick help. kind regards, Anna",
    ],
)
def test_thanks_and_nothing_else_are_taken_as_thanks(text):
    assert is_thanks(text, KNOWN, NAMES)


@pytest.mark.parametrize(
    "text",
    [
        "Danke, aber es geht immer noch nicht",
        "Danke, jetzt geht es wieder nicht",
        "Danke, geht es jetzt?",
        "Danke？",
        "Danke, um 15 Uhr",
        "Danke ½",
        "Danke, ja gerne",
        "Ja, danke",
        "nein danke",
        "Danke für nichts",
        "schnelle Hilfe",
        "Super",
        "Anna Berger",
        "",
        "...",
        "🙏",
        "👎",
        "Danke :-(",
        "Danke, Herr Meier",
        "Danke https://example.org",
        "Thanks, but it still does not work",
        "Danke " * (MOST_WORDS_OF_THANKS + 1),
        "no thanks",
    ],
)
def test_what_may_want_something_is_not(text):
    assert not is_thanks(text, KNOWN, NAMES)


phrases = st.sampled_from(sorted(KNOWN.thanks | KNOWN.beside))
letters = st.text(alphabet=st.characters(categories=["L"]), min_size=1, max_size=12)


@given(st.lists(phrases, min_size=1, max_size=8), st.sampled_from([" ", ", ", "!\n", " … "]), st.booleans())
def test_known_phrases_are_thanks_when_one_of_them_thanks_and_they_are_few_words(parts, between, is_loud):
    text = between.join(" ".join(each) for each in parts)
    words = sum(len(each) for each in parts)
    if any(each in KNOWN.thanks for each in parts):
        assert is_thanks(text.upper() if is_loud else text, KNOWN, ()) is (words <= MOST_WORDS_OF_THANKS)


@given(st.lists(phrases, min_size=1, max_size=3), letters, st.integers(0, 3))
def test_one_unknown_word_anywhere_is_enough_to_open_it_again(parts, word, place):
    known = {each for phrase in KNOWN.thanks | KNOWN.beside for each in phrase}
    if not set(words_of(word)) <= known:
        said = [" ".join(each) for each in parts]
        said.insert(place, word)
        assert not is_thanks(" ".join(said), KNOWN, ())


@given(st.text(max_size=60), st.sampled_from("?？0123456789²½٣"))
def test_a_question_mark_or_a_digit_is_never_thanks(text, sign):
    assert not is_thanks(f"Danke {text} {sign}", KNOWN, (text, sign))


@given(st.text(max_size=200))
def test_any_text_is_judged_and_its_words_stay_the_same_when_read_again(text):
    assert is_thanks(text, KNOWN, ()) in (True, False)
    assert words_of(" ".join(words_of(text))) == words_of(text)


def test_thanks_hold_as_long_as_the_question_is_closed_as_it_was():
    assert is_kept_solved(True, NOON, NOON - timedelta(seconds=1))
    assert not is_kept_solved(True, NOON, NOON) and not is_kept_solved(True, NOON, None)
    assert not is_kept_solved(False, NOON, NOON - timedelta(seconds=1))


@pytest.fixture
def solved(app):
    asked = ask(app)
    give_answer(asked)
    with app.app_context():
        mark_solved(opened(asked), now=NOON)
    return asked


def told(app) -> tuple[int, int]:
    """How many mails and notices there are."""
    with app.app_context():
        return tuple(db.session.scalar(select(func.count(each.id))) for each in (Notification, StaffNotice))


def thanks(asked, text: str = "Vielen Dank, Frau Vogt!") -> int:
    with later(minutes=10):
        return write(asked, text)


def test_thanks_leave_it_solved_and_are_read_by_both_and_nobody_is_told(app, anna, clara, solved):
    before, version = told(app), solved.row.version
    thanks(solved)
    row = solved.row
    assert (row.status, row.closed_at, row.answer_due_at) == ("closed", NOON, None) and row.version == version + 1
    assert told(app) == before and solved.ledger[-1].ended_at is not None
    page = anna.opens(solved.address)
    assert page.heading.startswith("Gelöst am") and "Vielen Dank, Frau Vogt!" in page.text
    assert "Das haben wir als Dank verstanden; die Anfrage bleibt gelöst." in page.text
    desk = clara.opens(f"/desk/questions/{solved.number}").text
    assert "Vielen Dank, Frau Vogt!" in desk and "Ein Dank von Kundenseite; die Anfrage bleibt gelöst." in desk


def test_one_press_makes_it_an_ordinary_reply_with_a_promise_once(app, anna, solved):
    message = thanks(solved)
    before = told(app)
    page = anna.opens(solved.address)
    with later(hours=1):
        for _ in range(2):
            done = anna.submits(page, f"{solved.address}/messages/{message}/reopening")
            assert done.status == 303
        row = solved.row
        assert row.status == "open" and solved.ledger[-1].counted_from == NOON + timedelta(hours=1)
        assert told(app) == (before[0], before[1] + 1)
        shown = anna.opens(solved.address)
    assert shown.heading.startswith("Antwort bis") and "als Dank verstanden" not in shown.text
    with app.app_context():
        verbs = list(db.session.scalars(select(Event.verb).where(Event.subject_id == solved.id).order_by(Event.id)))
    assert verbs[-2:] == ["question.thanked", "question.reopened"]


def test_what_is_no_thanks_opens_it_again_as_ever(app, solved):
    thanks(solved, "Danke, aber es geht immer noch nicht")
    assert solved.row.status == "open" and solved.row.answer_due_at is not None


def test_the_form_says_before_that_thanks_leave_it_solved(anna, solved):
    page = anna.opens(solved.address)
    assert "ein Dank allein lässt sie gelöst" in page.text
    assert page.find("form", action=f"{solved.address}/reopening") is not None


def test_of_a_question_that_was_only_closed_thanks_are_a_reply(app):
    asked = ask(app)
    with app.app_context():
        close_question(asked.id, by=actor(app), now=NOON)
    thanks(asked, "Danke.")
    assert asked.row.status == "open"


def test_thanks_at_the_moment_of_closing_or_before_it_are_a_reply(app, solved):
    write(solved, "Danke.")
    assert solved.row.status == "open"


def test_whoever_wrote_thanks_while_staff_solved_it_leaves_it_solved(app, anna):
    asked = ask(app)
    give_answer(asked)
    page = anna.opens(asked.address)
    with app.app_context():
        solve_question(asked.id, by=actor(app), now=NOON)
    with later(minutes=1):
        assert anna.submits(page, f"{asked.address}/messages", body="Danke!").status == 303
    assert asked.row.status == "closed"


def test_after_the_last_day_of_reopening_the_button_is_gone_and_an_old_page_is_told(app):
    asked = ask_as_guest(app)
    with app.app_context():
        mark_solved(opened(asked), now=NOON)
    message, gerda = thanks(asked, "Danke, Gerda Blum"), holding(app, asked.key)
    page = gerda.opens(asked.address)
    with at(NOON + timedelta(days=20)):
        shown = gerda.opens(asked.address)
        assert "als Dank verstanden" in shown.text and "Doch wieder öffnen" not in shown.text
        late = gerda.submits(page, f"{asked.address}/messages/{message}/reopening")
        assert late.status == 409 and "kann die Anfrage nicht mehr öffnen" in late.text
    assert asked.row.status == "closed"


def test_thanks_that_were_taken_back_open_nothing(app, anna, solved):
    message = thanks(solved)
    with later(minutes=12):
        page = anna.opens(solved.address)
        assert anna.submits(page, f"{solved.address}/messages/{message}/withdrawal").status == 303
        late = anna.submits(page, f"{solved.address}/messages/{message}/reopening")
        assert late.status == 409 and "kann die Anfrage nicht mehr öffnen" in late.text
        assert "als Dank verstanden" not in anna.opens(solved.address).text
    assert solved.row.status == "closed"


def test_thanks_of_an_earlier_end_say_nothing_about_a_later_one(app, anna, solved):
    thanks(solved)
    with app.app_context():
        reopen_question(solved.id, by=actor(app), now=NOON + timedelta(hours=1))
        solve_question(solved.id, by=actor(app), now=NOON + timedelta(hours=2))
    with later(hours=3):
        page = anna.opens(solved.address)
    assert "Vielen Dank, Frau Vogt!" in page.text and "als Dank verstanden" not in page.text


def test_nobody_else_opens_it_and_other_messages_open_nothing(app, anna, bernd, solved):
    message = thanks(solved)
    path, page = f"{solved.address}/messages/%s/reopening", anna.opens(solved.address)
    token = {"token": page.find("input", name="token").get("value"), "is_complete": "yes"}
    assert anna.sends(path % (message - 1), token).status == 404
    assert bernd.sends(path % message, token).status == 403
    assert solved.row.status == "closed"


@pytest.mark.parametrize(
    ("quoted", "notes", "status"),
    [
        ("", (), "closed"),
        ("Am 1.12. schrieb Talwind:\n\n> Guten Tag,\n>\n> es ist gelöst.", (), "closed"),
        ("Von: Talwind\nGesendet: heute\nAn: Anna\n\nGuten Tag,\nhier geht es noch nicht", (), "open"),
        ("Am 1.12. schrieb Talwind:\n> Guten Tag,\nnein\n> es ist gelöst.", (), "open"),
        ("", (("bild.exe", "kind"),), "open"),
    ],
)
def test_of_a_mail_thanks_count_when_nothing_else_can_stand_in_it(app, solved, quoted, notes, status):
    with app.app_context():
        mailed = Mailed(NOON + timedelta(hours=1), quoted, notes, is_proven=True)
        reply(opened(solved), Written("Danke!", "m" * 24, mailed=mailed), now=NOON + timedelta(hours=1))
    assert solved.row.status == status


@pytest.mark.parametrize(
    "written",
    [
        "[de]\nthanks = 3\n",
        "de = 1\n",
        "x = [",
        '[de]\nthanks = ["danke?"]\n',
        '[de]\nhello = ["hallo"]\n',
        '[de]\nthanks = ["…"]\n',
    ],
)
def test_every_fault_of_the_file_is_a_sentence_and_a_broken_one_leaves_the_last_good_one(tmp_path, written):
    path = tmp_path / "thanks.toml"
    assert ThanksFile(path).value.thanks == frozenset()
    path.write_text('[de]\nthanks = ["Besten Dank"]\n', encoding="utf-8")
    known = ThanksFile(path)
    path.write_text(written + "# anders\n", encoding="utf-8")
    assert thanks_faults(path) and not known.refresh()
    assert known.value.thanks == {("besten", "dank")}


def test_the_demo_company_knows_thanks_without_a_fault():
    assert thanks_faults(CONTENT / "thanks.toml") == () and KNOWN.thanks

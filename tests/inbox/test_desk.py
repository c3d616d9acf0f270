"""What waits for a person stands at the desk, and one press decides."""

from datetime import timedelta

import pytest

from portal.foundation import clock
from portal.foundation.database import db
from portal.inbox.actions.keeping import Arrival, keep_mail
from portal.leaving.models import Declaration
from portal.notifications.models import StaffNotice
from tests.inbox.letters import ANNA, ANSWERS, arrives, letter, look, messages, newest, questions, takes_mail
from tests.questions.people import ask

EVE = "Eve <eve@evil.example>"


def waiting(app, **given):
    """A mail that waits: an answer to an address that opens nothing."""
    return arrives(takes_mail(app), letter(to=ANSWERS.replace("@", "+nothing@"), **given))


def presses(person, row, verb: str, **typed: str):
    page = person.opens("/desk/incoming")
    token = page.all("input", name="token")[0].get("value")
    return person.sends(f"/desk/incoming/{row.id}/{verb}", {"token": token, "is_complete": "yes", **typed})


def test_without_mail_the_list_says_so_and_no_page_leads_there(clara):
    page = clara.opens("/desk/incoming")
    assert "Keine E-Mail wartet" in page.text and "zurzeit nicht angenommen" in page.text
    assert "Wartende E-Mails" not in page.links


def test_what_waits_is_counted_told_and_shown_as_text(app, clara):
    row = waiting(app, text="<script>x</script>", subject="<b>Hallo</b>")
    page = clara.opens("/desk/incoming")
    assert "<b>Hallo</b>" in page.text and "<script>x</script>" in page.text and ANNA in page.text
    assert "öffnet nichts" in page.text and page.links["Wartende E-Mails 1"] == "/desk/incoming"
    assert page.find("a", href=f"/desk/incoming/{row.id}/original") is not None
    with app.app_context():
        assert db.session.query(StaffNotice).filter_by(kind="mail.waiting").count() == 1
    assert f"/desk/incoming/{row.id}" in clara.opens("/desk/notices").links.values()


def test_many_mails_bury_none_that_waits_longer_and_all_can_be_reached(app, clara, monkeypatch):
    monkeypatch.setattr("portal.inbox.queries.MOST_SHOWN", 2)
    rows = [waiting(app, text=f"Text {n}", subject=f"Mail {n}") for n in range(3)]
    page = clara.opens("/desk/incoming")
    assert "Mail 0" in page.text and "Mail 1" in page.text and "Mail 2" not in page.text
    rest = clara.opens(page.links["Nächste Seite"])
    assert "Mail 2" in rest.text and "Mail 1" not in rest.text and "Nächste Seite" not in rest.links
    assert "Mail 0" in clara.opens(rest.links["Erste Seite"]).text
    back = clara.opens(rest.links["Vorige Seite"])
    assert "Mail 0" in back.text and "Mail 1" in back.text and "Mail 2" not in back.text
    there = clara.opens(f"/desk/incoming/{rows[2].id}").location
    assert there.endswith(f"#mail-{rows[2].id}") and "Mail 2" in clara.opens(there).text
    told = clara.opens(presses(clara, rows[0], "discarding").location)
    assert "Mail 2" in told.text and "Die E-Mail ist verworfen." in told.text


def test_a_notice_leads_to_where_its_mail_is_by_now(app, clara):
    rows = [waiting(app, text=f"Text {n}", subject=f"Mail {n}") for n in range(2)]
    presses(clara, rows[0], "discarding")
    presses(clara, rows[1], "question")
    there = clara.opens(f"/desk/incoming/{rows[0].id}").location
    assert "Mail 0" in clara.opens(there).text
    assert clara.opens(f"/desk/incoming/{rows[1].id}").location.endswith(questions(app)[0].number)
    late = presses(clara, rows[1], "discarding")
    assert late.status == 409 and "schon jemand entschieden" in late.text, "what became a question is not discarded"
    gone = clara.opens("/desk/incoming/4711")
    assert gone.status == 404 and "nicht mehr aufbewahrt" in gone.text


def test_the_original_is_saved_as_it_came(app, clara):
    row = waiting(app)
    page = clara.opens(f"/desk/incoming/{row.id}/original", inspected=False)
    assert page.response.data.startswith(b"From: Anna") and "attachment" in page.response.headers["Content-Disposition"]


def test_a_mail_becomes_a_question_by_one_press_and_only_once(app, clara):
    row = waiting(app)
    first, again = presses(clara, row, "question"), presses(clara, row, "question")
    (question,) = questions(app)
    assert first.location.endswith(f"{question.number}?said=asked") and again.status == 409
    assert newest(app).state == "question" and newest(app).settled_by == "Clara Vogt"
    assert "übernommen" in clara.opens(f"/desk/questions/{question.number}").text


def test_a_mail_is_added_to_a_case_and_marked_as_not_proven(app, clara):
    asked = ask(app)
    row = waiting(app, sender=EVE, text="Ich antworte für sie.")
    page = presses(clara, row, "message", number=f" {asked.number.lower()} ")
    assert page.location.endswith(f"{asked.number}?said=joined") and newest(app).state == "message"
    case = clara.opens(f"/desk/questions/{asked.number}")
    assert "Absender nicht bewiesen" in case.text and "Ich antworte für sie." in case.text
    message, mailed = messages(app)[-1]
    assert (message.author_name, message.channel, mailed.is_proven) == ("Eve", "mail", False)


@pytest.mark.parametrize(
    ("number", "said"), [("", "keine Anfrage"), ("Q26-00099-9", "Ziffer"), ("abc", "keine Anfrage")]
)
def test_a_wrong_number_is_said_beside_the_mail_and_stays_typed(app, clara, number, said):
    row = waiting(app)
    page = presses(clara, row, "message", number=number)
    assert page.status == 422 and said in page.text and newest(app).state == "waiting"
    assert page.find("input", id=f"number-{row.id}").get("value") == number


def test_a_discarded_mail_can_still_become_a_question(app, clara):
    row = waiting(app)
    presses(clara, row, "discarding")
    assert newest(app).state == "discarded" and "Kein Internet" in clara.opens("/desk/incoming?list=discarded").text
    presses(clara, row, "question")
    assert len(questions(app)) == 1


def test_what_a_machine_wrote_can_become_nothing(app, clara):
    row = arrives(takes_mail(app), letter(Auto_Submitted="auto-generated"))
    assert "Automaten" in clara.opens("/desk/incoming?list=aside").text
    assert presses(clara, row, "question").status == 409 and questions(app) == []


def test_what_cannot_be_read_can_only_be_saved_or_discarded(app, clara):
    row = arrives(takes_mail(app), b"Subject: x\n" + b"Content-Type: message/rfc822\n\n" * 10_000)
    page = clara.opens("/desk/incoming")
    assert not page.all("button", formaction=f"/desk/incoming/{row.id}/question")
    assert presses(clara, row, "question").status == 409 and newest(app).state == "waiting"


def test_an_old_token_decides_nothing(app, clara):
    row = waiting(app)
    page = clara.sends(f"/desk/incoming/{row.id}/question", {"token": "x", "is_complete": "yes"})
    assert page.status == 409 and questions(app) == [] and "Anmeldung geändert" in page.text


def test_a_mail_treated_as_a_cancellation_counts_from_its_arrival(app, clara):
    with app.app_context():
        came = clock.now() - timedelta(hours=30)
        keep_mail(Arrival(letter(text="Ich kündige meinen Vertrag."), "pipe", came), now=clock.now())
    look(takes_mail(app))
    number, message = questions(app)[0].number, messages(app)[0][0]
    page = clara.opens(f"/desk/questions/{number}")
    token = page.all("input", name="token")[0].get("value")
    pressed = {"token": token, "is_complete": "yes", "message": str(message.id), "kind": "cancellation"}
    assert clara.sends(f"/desk/questions/{number}/cancellation", pressed).status == 303
    with app.app_context():
        declaration = db.session.query(Declaration).one()
        assert declaration.received_at == declaration.declared_at == came

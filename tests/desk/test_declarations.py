"""Declarations at the desk: the queue with its clock, the match field by field, decisions."""

from datetime import datetime, timedelta

import pytest

from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.leaving.models import Declaration, Retraction
from tests.cast import ANNA, BERND, CLARA, DORA, EMIL, FRIDA, signed_in
from tests.conftest import NOON
from tests.contracts.books import contract, kept
from tests.desk.cases import desk
from tests.leaving.test_following import ENDS, declares, mails, objection, stands, verbs, works
from tests.questions.people import ask, counted
from tests.visitor import Visitor


def path_of(app, number: int) -> str:
    with app.app_context():
        return f"/desk/declarations/{db.session.get_one(Declaration, number).reference}"


def presses(person, path: str, verb: str, **typed: str):
    return person.submits(person.opens(path), f"{path}/{verb}", **typed)


def fields_with(page, action: str, value: str) -> dict[str, str]:
    """What the form with that action sends in which one field has that value."""
    for form in page.all("form", action=action):
        inputs = [each for each in form.iter() if each.tag.endswith("input")]
        fields = {each.get("name"): each.get("value", "") for each in inputs}
        if value in fields.values():
            return fields
    raise AssertionError(value)


def test_the_queue_shows_what_waits_with_its_clock_and_the_desk_counts_it(app, clara):
    declares(app, about="TW-2025-00417")
    page = clara.opens("/desk/declarations")
    assert "Kündigung Anna Berger" in page.text and "bis Do." in page.text and "zuordnen" in page.text
    assert "Erklärungen 1" in clara.opens("/desk/queues/mine").text
    assert clara.opens("/desk/counts").json()["declarations"] == "1"
    with clock.frozen(NOON + timedelta(hours=25)):
        late = signed_in(app, CLARA).opens("/desk/declarations").text
    assert "überfällig seit" in late


def test_the_match_is_explained_field_by_field_and_assigned_from_there(app, clara):
    """Specification 2.6: a person sees why nothing was sure; the end counts from the original receipt."""
    contract(app)
    number = declares(app, name="Anna Schmidt", email="", about="TW-2025-00418", identity="K-10417")
    path = path_of(app, number)
    page = clara.opens(path)
    rows = ["".join(each.itertext()) for each in page.all("tr")]
    assert any("Vertragsnummer" in row and "fast" in row for row in rows)
    assert any("Kundennummer" in row and "stimmt überein" in row for row in rows)
    with clock.frozen(NOON + timedelta(minutes=20)):
        fields = fields_with(page, f"{path}/assignment", "TW-2025-00417")
        assert clara.sends(f"{path}/assignment", fields).status == 303
    assert (stands(app, number).state, stands(app, number).effective_on) == ("effective_set", ENDS)
    assert "endet am 16. Januar 2027" in clara.opens(path).text


def test_a_declaration_takes_ten_statements_however_much_was_done_about_it(app, clara):
    """SR-23: contracts that could be meant, what a colleague did, and the same said once more."""
    contract(app)
    said = {"name": "Anna Schmidt", "email": "someone@else.example", "about": "TW-2025-00418", "identity": "K-10417"}
    path = path_of(app, declares(app, **said))
    assert presses(clara, path, "question").status == 303
    again = path_of(app, declares(app, **said))
    for each in (path, again):
        with counted(app) as asked:
            assert clara.opens(each).status == 200
        assert len(asked) <= 10, "\n".join(asked)
    assert "Clara Vogt" in clara.opens(path).text


def test_leads_decide_whether_the_day_before_counts_and_the_holder_is_told_the_earlier_end(app, clara, dora):
    """Specification 2.7: half past midnight here may have been yesterday for the person, and yesterday would decide."""
    contract(app, grid="month_end")
    with clock.frozen(datetime.fromisoformat("2026-12-31T23:30:00+00:00")):
        number, path = declares(app), path_of(app, 1)
    assert (stands(app, number).flags, stands(app, number).work) == (["day_before"], "day")
    remark = "vielleicht dort, wo die Person ist, schon am Vortag abgesendet"
    assert remark in clara.opens("/desk/declarations").text and remark in clara.opens(path).text
    assert "Der Tag davor zählt" not in clara.opens(path).text
    page = dora.opens(path)
    assert "Ablauf des 31. Januar 2027 statt des 28. Februar 2027" in page.text
    assert dora.submits(page, f"{path}/day", do="before").status == 303
    assert [each.ends_on.isoformat() for each in kept(app)] == ["2027-01-31"]
    assert (stands(app, number).work, stands(app, number).objection_until.isoformat()) == ("", "2027-01-31")
    assert [each.payload["ends_on"] for each in mails(app, "leaving_date")] == ["2027-02-28", "2027-01-31"]
    assert "der Tag davor zählt" in dora.opens(path).text
    assert dora.submits(page, f"{path}/day", do="before").status == 303
    assert dora.submits(page, f"{path}/day", do="arrival").status == 409


def test_an_unknown_number_comes_back_with_the_sentence_and_what_was_typed(app, clara):
    path = path_of(app, declares(app))
    refused = presses(clara, path, "assignment", contract="TW-0")
    assert refused.status == 422 and "Es gibt keinen Vertrag mit dieser Nummer" in refused.text
    assert refused.find("input", id="contract").get("value") == "TW-0"


def test_what_is_pressed_twice_is_done_and_written_down_once(app, dora):
    contract(app)
    path = path_of(app, declares(app, about="TW-2025-00417"))
    works(app)
    before = dora.opens(path)
    sent_before = presses(dora, path, "confirmation")
    assert sent_before.status == 303 and "schon an die hinterlegte Adresse" in dora.opens(sent_before.location).text
    for _double_press in range(2):
        dora.submits(before, f"{path}/button", do="missing")
    page = dora.opens(path)
    assert page.text.count("Fehlende Schaltfläche geprüft") == 1 and "button_missing" not in page.text
    dora.submits(page, f"{path}/objection", remark="Am Telefon.")
    assert dora.submits(page, f"{path}/objection", remark="Am Telefon.").status == 303
    other = dora.submits(page, f"{path}/objection", remark="Auch ein Brief kam.")
    assert other.status == 409 and "Auch ein Brief kam." in other.text and "schon festgehalten" in other.text
    long = presses(dora, path, "decision", why="x" * 2001, do="valid")
    assert long.status == 422 and long.find("textarea", id="why").get("aria-describedby") == "why-error"


# Who declares how, what happens before, and who presses what, with the button that decides otherwise.
DECISIONS = {
    "assignment": ({"about": "?", "name": "X"}, "", {"contract": "TW-2025-00417"}, {"contract": "TW-2025-00999"}),
    "question": ({"email": "someone@else.example", "about": "?"}, "", {}, None),
    "cause": ({"cause": "for_cause"}, "", {"do": "accept"}, None),
    "decision": ({"email": "someone@else.example"}, "contested", {"do": "valid", "why": "Rückruf"}, {"do": "void"}),
    "void": ({"email": "someone@else.example"}, "contested", {"do": "void", "why": "Rückruf"}, {"do": "valid"}),
    "retraction": ({}, "", {"do": "agree"}, {"do": "refuse"}),
    "kept": ({}, "wished", {"do": "refuse"}, None),
    "authority": ({"email": "service@agent.example"}, "", {}, None),
    "rejection": ({"email": "service@agent.example"}, "", {}, None),
    "withdrawal": ({"place": "/widerrufen"}, "", {}, None),
}
VERBS = {"void": "decision", "kept": "retraction"}


@pytest.mark.parametrize("which", DECISIONS)
def test_a_decision_that_is_pressed_twice_is_one_and_only_another_one_is_a_conflict(app, dora, which):
    said, before, pressed, other = DECISIONS[which]
    contract(app, first_term_end="2027-03-31"), contract(app, number="TW-2025-00999")
    number = declares(app, **said)
    path, verb = path_of(app, number), VERBS.get(which, which)
    if before == "contested":
        Visitor(app).sends(objection(app), {"remark": "Nein"})
    if before == "wished":
        with app.app_context(), transaction():
            db.session.add(Retraction(declaration_id=number, asked_at=NOON, way="account"))
    page = dora.opens(path)
    assert dora.submits(page, f"{path}/{verb}", **pressed).status == 303
    done = len(verbs(app)), len(mails(app)), stands(app, number).state
    again = dora.submits(page, f"{path}/{verb}", **pressed)
    assert again.status == 303 and 'role="status"' in dora.opens(again.location).html
    assert (len(verbs(app)), len(mails(app)), stands(app, number).state) == done
    if other is not None:
        refused = dora.submits(page, f"{path}/{verb}", **(pressed | other))
        assert refused.status == 409 and "nicht mehr möglich" in refused.text
        assert all(typed in refused.text for name, typed in pressed.items() if name == "why")


def test_asking_back_is_one_polite_mail_to_the_typed_address(app, clara):
    number = declares(app, email="someone@else.example")
    path = path_of(app, number)
    assert presses(clara, path, "question").status == 303
    assert not clara.opens(path).all("form", action=f"{path}/question")
    assert [each.recipient for each in mails(app, "leaving_question")] == ["someone@else.example"]
    nobody = presses(clara, path_of(app, declares(app, email="", name="Carla")), "question")
    assert nobody.status == 409 and "keine Adresse" in nobody.text


LEAD_VERBS = ("cause", "day", "end", "button", "decision", "retraction", "rejection", "withdrawal")
AGENT_VERBS = ("assignment", "question", "confirmation", "objection", "authority")


@pytest.mark.parametrize(
    "person", [None, ANNA, BERND, CLARA, EMIL, DORA, FRIDA], ids=lambda each: each.name if each else "visitor"
)
def test_only_leads_decide_what_ends_voids_or_revives_a_contract(app, person):
    path = path_of(app, declares(app))
    visitor = signed_in(app, person) if person else Visitor(app)
    # Editors see no cases, and no declarations either.
    is_staff, leads = person in (CLARA, DORA, FRIDA), person in (DORA, FRIDA)
    shown = visitor.opens(path).status
    assert shown == (303 if person is None else 200 if is_staff else 404)
    assert visitor.opens("/desk/reports/leaving").status == (303 if person is None else 200 if leads else 404)
    for verb in (*LEAD_VERBS, *AGENT_VERBS):
        # Without the token of a page nothing happens; who may not, does not even get that far.
        expected = 403 if person is None else 409 if leads or (is_staff and verb in AGENT_VERBS) else 404
        assert visitor.sends(f"{path}/{verb}", {"is_complete": "yes"}).status == expected, verb


def test_an_objection_by_link_is_decided_at_the_desk(app, dora):
    """Point 46."""
    contract(app)
    number = declares(app, email="someone@else.example")
    Visitor(app).sends(objection(app), {"remark": "Nein"})
    page = dora.opens(path_of(app, number))
    assert "über den Widerspruch entscheiden" in page.text and "Nein" in page.text
    assert presses(dora, path_of(app, number), "decision", why="Rückruf", do="void").status == 303
    assert (stands(app, number).state, kept(app)[0].ends_on) == ("rejected_agent", None)


def test_leads_judge_a_cause_a_missing_button_and_a_wish_to_go_on(app, dora):
    contract(app, first_term_end="2027-03-31")
    number = declares(app, cause="for_cause")
    path = path_of(app, number)
    assert presses(dora, path, "cause", do="ordinary").status == 303
    assert f"{stands(app, number).effective_on}" == "2027-03-31"
    assert presses(dora, path, "button", do="missing").status == 303
    assert f"{stands(app, number).effective_on}" == "2026-12-16"
    assert presses(dora, path, "retraction", do="agree").status == 303
    assert (stands(app, number).state, kept(app)[0].ends_on) == ("taken_back", None)


def test_two_cancellations_with_two_ends_are_work_and_a_lead_says_which_holds(app, dora):
    contract(app)
    first, second = declares(app), declares(app, end="date", date="30.06.2027")
    path, reference = path_of(app, second), path_of(app, first).rpartition("/")[2]
    text = dora.opens(path).text
    assert "zwei Kündigungen, zwei Enden: welches gilt?" in text and f"Daneben steht {reference}" in text
    assert presses(dora, path, "end", do="later").status == 303
    assert (stands(app, first).state, f"{kept(app)[0].ends_on}") == ("taken_back", "2027-06-30")
    assert "Welches Ende gilt" not in dora.opens(path).text


def test_a_decision_without_its_button_is_none_and_keeps_what_was_typed(app, dora):
    contract(app)
    first, second = declares(app), declares(app, end="date", date="30.06.2027")
    for number, verb in ((second, "end"), (first, "retraction"), (first, "button")):
        before = stands(app, number)
        answer = presses(dora, path_of(app, number), verb)
        assert answer.status == 422 and "Es wurde nichts gewählt" in answer.text, verb
        after = stands(app, number)
        assert (after.state, after.work, after.effective_on) == (before.state, before.work, before.effective_on)
    Visitor(app).sends(objection(app), {"remark": "Nein"})
    answer = presses(dora, path_of(app, first), "decision", why="Rückruf")
    assert answer.status == 422 and "Rückruf" in answer.text and stands(app, first).state == "contested"


def test_a_rejection_for_lack_of_authority_has_its_clock_and_its_template(app, dora, clara):
    """Point 51."""
    contract(app)
    number = declares(app, email="service@agent.example")
    path = path_of(app, number)
    assert presses(clara, path, "authority").status == 303
    assert "Zurückweisung möglich bis Sa., 19. Dez., 11:00" in clara.opens(path).text
    assert presses(dora, path, "rejection").status == 303
    assert sorted(each.recipient for each in mails(app, "leaving_rejected")) == [
        "anna@example.org",
        "service@agent.example",
    ]
    assert "retraction" not in dora.opens(path).html


def test_a_question_becomes_a_declaration_with_the_arrival_of_the_message(app, clara):
    """Point 50: § 309 Nr. 13 BGB; the receipt is the arrival of the question, not the moment somebody noticed."""
    contract(app)
    asked = ask(app, ANNA, body="Ich kündige meinen Vertrag TW-2025-00417 zum nächsten Termin.")
    page = clara.opens(desk(asked))
    assert "liest sich wie eine Kündigung" in page.text
    message = page.find("select", id="message").find("{http://www.w3.org/1999/xhtml}option").get("value")
    token = page.find("input", name="token").get("value")
    fields = {"message": message, "kind": "cancellation", "token": token, "is_complete": "yes"}
    with clock.frozen(NOON + timedelta(minutes=25)):
        for _ in range(2):
            assert clara.sends(f"{desk(asked)}/cancellation", fields).status == 303
    with app.app_context():
        found = db.session.scalars(db.select(Declaration)).all()
    assert [(each.channel, each.question_number, each.received_at) for each in found] == [
        ("question", asked.number, NOON)
    ]
    works(app)
    assert (stands(app, found[0].id).state, stands(app, found[0].id).effective_on) == ("effective_set", ENDS)
    assert found[0].reference in clara.opens(desk(asked)).text
    assert [each.recipient for each in mails(app, "leaving_cancellation")] == ["anna@example.org"]


def test_hostile_words_stand_there_as_text(app, clara):
    number = declares(app, name="<script>alert(1)</script>", about="=cmd|' /C calc'!A0 \u202e TW")
    page = clara.opens(path_of(app, number))
    assert not [each for each in page.all("script") if "alert" in "".join(each.itertext())]


@pytest.mark.parametrize("which", ["open", "contested", "ending", "all", "nonsense"])
def test_every_list_answers_every_word(app, clara, which):
    declares(app)
    for words in ("", "anna", "C26-00001-4", "%_/", "\x00", "ß" * 300):
        page = clara.opens(f"/desk/declarations?list={which}&q={words}")
        # Without words the answer is the address without them.
        assert page.status in (200, 400) or (not words and clara.opens(page.location).status == 200), words

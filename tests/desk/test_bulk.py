"""One change to several cases: chosen in a queue, decided on a page of its own, counted."""

import pytest

from tests.cast import BERND, DORA, account
from tests.desk.test_queues import changes, subjects
from tests.questions.people import ask, give_answer, later, write
from tests.visitor import HTML


def test_cases_that_were_chosen_under_another_sign_in_are_still_chosen(app, clara):
    ids = [ask(app, subject=f"Frage {number}").id for number in range(2)]
    refused = changes(clara.opens("/desk/queues/free"), clara, "close", ids, token="x", reason="Doppelt gemeldet")
    assert refused.status == 409 and refused.title.startswith("Bitte prüfen: ")
    assert [each.get("value") for each in refused.all("input", name="case")] == [str(each) for each in ids]
    assert refused.find("input", name="reason").get("value") == "Doppelt gemeldet"


def test_several_cases_are_taken_tagged_and_given_to_dora(app, clara):
    ids = [ask(app, subject=f"Frage {number}").id for number in range(2)]
    page = clara.opens("/desk/queues/free")
    done = changes(page, clara, "tag", ids, tag="  Techniker ")
    assert done.status == 303 and "changed=2" in done.location
    assert len(subjects(clara.opens("/desk/queues/all?tag=techniker"))) == 2
    changes(page, clara, "take", ids)
    assert len(subjects(clara.opens("/desk/queues/mine"))) == 2
    changes(page, clara, "assign", ids, assignee=str(account(app, DORA)))
    assert not subjects(clara.opens("/desk/queues/mine"))


def test_a_change_to_several_cases_counts_what_changed_and_what_was_so_already(app, clara):
    ids = [ask(app, subject=f"Frage {number}").id for number in range(3)]
    page = clara.opens("/desk/queues/free")

    def said(do: str, **typed: str) -> str:
        for some in (ids[:1], ids):
            done = changes(page, clara, do, some, **typed)
        return clara.opens(done.location).text

    everything = "2 Anfragen wurden geändert. 1 war es schon."
    assert everything in said("take")
    assert everything in said("tag", tag="Techniker")
    assert everything in said("level", level="outage", reason="Nichts geht mehr")
    assert everything in said("close", reason="Doppelt gemeldet")
    assert "0 Anfragen wurden geändert. 3 waren es schon." in said("tag", tag="Techniker")


def test_what_is_done_with_several_cases_is_decided_on_a_page_that_names_them(app, clara):
    asked = ask(app)
    page = clara.opens("/desk/queues/free")
    led = changes(page, clara, "list", [asked.id])
    assert led.status == 303
    # Whoever opens or goes back to that address sees the same page.
    decide = clara.opens(led.location)
    assert decide.status == 200 and subjects(decide) == [asked.row.subject]
    assert asked.row.status == "open"
    form = next(each for each in decide.all("form") if each.findall(f".//{HTML}input[@name='case']"))
    fields = {each.get("name"): each.get("value") or "" for each in form.iter(f"{HTML}input")}
    done = clara.sends(form.get("action"), fields | {"do": "close"})
    assert done.status == 303 and asked.row.status == "closed"
    assert "1" in clara.opens(done.location).find("p", class_="desk-said").text


@pytest.mark.parametrize("asked", ["", "?case=", "?case=x&case=0", "?case=99999999999"])
def test_the_page_of_several_cases_leads_to_the_list_where_its_address_names_none(clara, asked):
    assert clara.opens(f"/desk/queues/mine/changes{asked}").location == "/desk/queues/mine"


def test_from_the_page_of_several_cases_no_way_leads_to_another_house(app, clara):
    page = clara.opens(f"/desk/queues/free/changes?case={ask(app).id}&back=//elsewhere.example")
    assert page.status == 200 and "elsewhere" not in page.html


def test_another_level_needs_a_reason_and_an_existing_colleague_is_needed(app, clara):
    asked = ask(app)
    page = clara.opens("/desk/queues/free")
    nothing = changes(page, clara, "level", [asked.id])
    assert [each.get("href") for each in nothing.all("a", class_="summary__link")] == ["#reason", "#level"]
    assert changes(page, clara, "level", [asked.id], level="outage").status == 422
    assert changes(page, clara, "assign", [asked.id], assignee=str(account(app, BERND))).status == 422
    assert changes(page, clara, "take", []).status == 422
    assert changes(page, clara, "take", [asked.id], token="falsch").status == 409
    assert asked.row.assignee_id is None


@pytest.mark.parametrize(
    ("do", "typed", "field"),
    [
        ("assign", {}, "assignee"),
        ("tag", {"tag": " "}, "tag"),
        ("level", {"level": "outage"}, "reason"),
        ("level", {"reason": "Der Laden steht still."}, "level"),
    ],
)
def test_what_several_cases_lack_stands_on_top_leads_to_its_field_and_loses_nothing(app, clara, do, typed, field):
    asked = ask(app)
    page = changes(clara.opens("/desk/queues/free"), clara, do, [asked.id], **typed)
    assert page.status == 422 and page.find("a", class_="summary__link").get("href") == f"#{field}"
    at = next(each for tag in ("input", "select", "fieldset") for each in page.all(tag) if each.get("id") == field)
    assert at.get("aria-invalid") == "true"
    assert page.find("p", id=at.get("aria-describedby")) is not None
    assert page.find("input", id="reason").get("value") == typed.get("reason", "")
    assert [each.get("value") for each in page.all("input", name="level") if "checked" in each.attrib] == (
        [typed["level"]] if "level" in typed else []
    )


def test_a_level_for_several_cases_is_chosen_by_its_criteria(app, clara):
    asked = ask(app)
    decide = clara.opens(changes(clara.opens("/desk/queues/free"), clara, "list", [asked.id]).location)
    levels = decide.all("div", class_="criteria__one")
    assert [each.find(f".//{HTML}input").get("value") for each in levels] == ["calm", "question", "hindrance", "outage"]
    outage = "".join(levels[-1].itertext())
    assert "Ausfall" in outage and "Gehört hierher" in outage and "Sieht nur so aus" in outage


def test_a_change_without_a_case_says_so_where_the_focus_begins(app, clara):
    ask(app)
    page = changes(clara.opens("/desk/queues/free"), clara, "take", [])
    said = page.find("div", class_="summary")
    assert page.status == 422 and "autofocus" in said.attrib and "mindestens eine Anfrage" in "".join(said.itertext())


def test_an_answered_case_changes_hands_by_the_rules_also_together_with_others(app, clara):
    asked, free = ask(app), ask(app, subject="Noch frei")
    give_answer(asked)
    with later(minutes=10):
        write(asked)
        page = clara.opens("/desk/queues/all")
        changes(page, clara, "assign", [asked.id, free.id], assignee=str(account(app, DORA)))
    assert asked.row.assignee_id == clara.user_id, "the case sheet is older than the customer's message"
    assert free.row.assignee_id == account(app, DORA)

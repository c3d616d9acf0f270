"""The desk in a real browser: ten cases by keyboard alone, two people at one case, and axe on every page of staff."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audiences import AUDIENCES
from portal.editing.access import mark_of
from portal.editing.actions.proposing import Draft, propose
from portal.editing.models import ArticleVersion
from portal.faq.actions import SEARCH_TALLY
from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.database import db, transaction
from portal.foundation.security import Audience
from portal.inbox.models import IncomingMail
from portal.journal.rules import Actor, ActorKind
from portal.keys.rules import new_key
from portal.questions.actions.answering import Then
from portal.reports.chores import count_everything
from tests.api.programs import token_for
from tests.cast import ANNA, BERND, CLARA, DORA, FRIDA, account
from tests.contracts.books import ANNAS, BERNDS, contract, in_the_file, kept
from tests.desk.cases import desk, goes_out, messages, notes
from tests.desk.test_declarations import path_of
from tests.journeys.conftest import PHONE
from tests.journeys.test_accessibility import complaints
from tests.leaving.test_following import declares
from tests.orders.books import invoice, order
from tests.questions.people import Asked, ask, give_answer

pytestmark = pytest.mark.browser
# No script runs in the view as customer, not even that of axe; its pages are looked at as customers see them.
WITHOUT_SCRIPT = {"lead.preview_page"}
# Looked at in tests of their own, here and in test_incident_browser.py; or no page, but files and redirects.
ELSEWHERE = {
    *("desk.incident", "desk.show_preview", "desk.merge", "reports.show"),
    *("editing.draft", "editing.edit", "editing.edit_category", "editing.category_versions", "editing.feedback"),
    *("editing.languages", "editing.read", "editing.show_proposal", "editing.versions"),
    *("desk.articles", "desk.replies", "desk.show_attachment", "desk.show_file", "desk.show_mail"),
    *(
        "desk.show_original",
        "desk.next_case",
        "desk.previous_case",
        "desk.presence",
        "editing.show_flag",
        "reports.download",
    ),
}
OF_STAFF = {Audience.STAFF, Audience.LEAD, Audience.EDITOR, Audience.ADMIN}


def tab_to(tab, words: str, *, key: str = "Tab") -> None:
    """Press Tab until that button or link has the focus."""
    for _ in range(120):
        tab.keyboard.press(key)
        if tab.evaluate("document.activeElement.textContent.trim()") == words:
            return
    raise AssertionError(f"the keyboard does not reach “{words}”")


def ten_cases(app: Flask) -> list[Asked]:
    """Three new ones, two in work, two that wait, two solved ones and a closed one."""
    cases = [ask(app, subject=f"Fall {number}") for number in range(10)]
    for asked in cases[3:5]:
        give_answer(asked, "Wir sind dran.", then=Then.OUR_TURN)
    for asked in cases[5:7]:
        give_answer(asked, "Welche Lampe leuchtet?", then=Then.ASKS_BACK)
    for asked in cases[7:10]:
        give_answer(asked, "Erledigt.", then=Then.SOLVED)
    return cases


def test_clara_works_through_ten_cases_of_all_states_by_keyboard_alone(tab_of, beside):
    cases = ten_cases(beside)
    tab = tab_of(CLARA)
    for position in range(10):
        tab.goto("/desk/queues/all")
        for _ in range(position + 1):
            tab.keyboard.press("j")
        tab.keyboard.press("o")
        tab.wait_for_url("**/desk/questions/*")
        asked = next(each for each in cases if tab.url.endswith(each.number))
        if position % 2:
            tab.keyboard.press("n")
            tab.keyboard.type(f"Intern zu {asked.number}")
            tab_to(tab, "Interne Notiz ablegen")
            tab.keyboard.press("Enter")
        else:
            tab.keyboard.press("r")
            tab.keyboard.type(f"Antwort zu {asked.number}")
            tab.keyboard.press("Control+Enter")
        tab.wait_for_url("**/desk/questions/*#*")
    goes_out(beside)
    for position, asked in enumerate(reversed(cases)):
        if position % 2:
            assert [each.body for each in notes(asked)] == [f"Intern zu {asked.number}"]
        else:
            assert f"Antwort zu {asked.number}" in messages(asked)[-1].body


def test_one_box_chooses_every_case_of_the_page(tab_of, beside):
    for number in range(3):
        ask(beside, subject=f"Fall {number}")
    tab = tab_of(CLARA)
    tab.goto("/desk/queues/free")
    every = tab.get_by_label("Alle dieser Seite auswählen")
    every.check()
    chosen, lines = tab.locator('input[name="case"]:checked'), tab.locator("[data-line]").count()
    assert chosen.count() == lines >= 3
    chosen.first.uncheck()
    assert not every.is_checked() and every.evaluate("each => each.indeterminate") and chosen.count() == lines - 1
    every.check()
    every.uncheck()
    assert not chosen.count()


def test_on_a_case_keys_lead_to_the_next_one_of_the_list_and_back(tab_of, beside):
    first, second = (desk(ask(beside, subject=f"Fall {number}")) for number in (1, 2))
    tab = tab_of(CLARA)
    tab.goto("/desk/queues/all?language=de")
    tab.keyboard.press("j"), tab.keyboard.press("o")
    for place, key in ((second, "j"), (first, "k"), (second, "k")):
        tab.wait_for_url(f"**{place}")
        tab.keyboard.press(key)
    tab.wait_for_url("**/desk/queues/all?language=de")


def test_a_case_is_taken_from_the_list_or_on_its_page_by_a_key_that_tells_no_customer(tab_of, beside):
    cases = {str(asked.id): asked for asked in (ask(beside, subject=f"Mitnahme {number}") for number in (1, 2))}
    tab = tab_of(CLARA)
    tab.goto("/desk/queues/free?text=Mitnahme")
    tab.keyboard.press("j")
    taken = cases.pop(tab.locator("[data-current] input").get_attribute("value"))
    tab.keyboard.press("t")
    tab.wait_for_url("**changed=1**")
    tab.keyboard.press("j")
    tab.keyboard.press("o")
    (other,) = cases.values()
    tab.wait_for_url(f"**{desk(other)}")
    tab.keyboard.press("t")
    tab.wait_for_url("**said=assigned**")
    assert [each.row.assignee_id for each in (taken, other)] == [account(beside, CLARA)] * 2
    tab.keyboard.press("u")
    tab.wait_for_url("**/desk/queues/free?text=Mitnahme")
    give_answer(other, then=Then.OUR_TURN)
    colleague = tab_of(DORA)
    colleague.goto(desk(other))
    # Taking over what was answered writes a sentence to the customer: no single key does that.
    assert not colleague.locator('[data-key="t"]').count()


def test_clara_takes_down_a_call_of_somebody_she_finds_and_merges_it_by_keyboard_alone(tab_of, beside):
    older = ask(beside, subject="Telefon ist tot")
    tab = tab_of(CLARA)
    tab.goto("/desk/questions/new")
    tab.locator("#who").focus()
    tab.keyboard.type("berger")
    tab.keyboard.press("Enter")
    tab.locator("#found-title:focus").wait_for()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.locator(".desk-said:focus").wait_for()
    assert tab.locator("#email").input_value() == ANNA.email
    tab.select_option("#topic", "fault")
    tab.fill("#body", "Kein Freizeichen.")
    tab.locator("#subject").focus()
    tab.keyboard.type("Noch immer tot")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/desk/questions/Q*")
    tab.goto(f"{tab.url.partition('?')[0]}/merging?other={older.number}")
    tab_to(tab, f"In {older.number} zusammenführen")
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**{desk(older)}*")
    assert [each.body for each in messages(older)][-1] == "Kein Freizeichen."


def test_two_people_answer_one_case_and_nothing_is_lost(tab_of, beside):
    asked = ask(beside)
    first, second = tab_of(CLARA), tab_of(DORA)
    first.goto(desk(asked))
    second.goto(desk(asked))
    first.locator("#body").press_sequentially("Ich kümmere mich. ")
    second.locator(".presence__who").first.wait_for(timeout=30_000)
    assert "Clara Vogt" in second.locator(".presence").inner_text()
    second.locator("#body").press_sequentially("Ich auch. ")
    first.get_by_role("button", name="An Kundin oder Kunden senden").click()
    first.get_by_text("gesendet").first.wait_for()
    second.get_by_role("button", name="An Kundin oder Kunden senden").click()
    second.locator("#summary, .faults, .summary").first.wait_for()
    assert "Ich auch." in second.locator("#body").input_value()
    assert "Ich kümmere mich." in second.locator("main").inner_text()
    goes_out(beside)
    assert len(messages(asked)) == 2


def test_what_is_typed_is_underlined_kept_and_never_reaches_the_customer(tab_of, beside):
    asked = ask(beside, body="Meine Kundennummer ist K-1234567.")
    tab = tab_of(CLARA)
    tab.goto(desk(asked))
    tab.keyboard.press("n")
    tab.keyboard.type("Nur unter uns")
    tab_to(tab, "Interne Notiz ablegen")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**#note-*")
    tab.keyboard.press("r")
    tab.keyboard.type("Leider brauche ich noch etwas. Wie lautet Ihre Kundennummer?")
    tab.locator("[data-phrase]").wait_for()
    assert tab.locator(".phrased__under mark").all_inner_texts() == ["Leider"]
    assert "K-1234567" in tab.locator("#advice").inner_text()
    tab.goto(desk(asked))
    assert "Leider brauche ich" in tab.locator("#body").input_value()
    customer = tab_of(ANNA)
    for address in (asked.address, f"{asked.address}?print=yes", "/de/questions/"):
        customer.goto(address)
        assert "Nur unter uns" not in customer.content() and "Leider brauche" not in customer.content()


def test_a_printed_case_is_what_is_known_without_what_can_be_pressed(tab_of, beside):
    asked = ask(beside)
    give_answer(asked, "Bitte den Stecker ziehen.")
    tab = tab_of(CLARA)
    tab.goto(desk(asked))
    tab.emulate_media(media="print")
    assert tab.get_by_text("Bitte den Stecker ziehen.").is_visible()
    assert not tab.locator("textarea:visible, .button:visible, .queues:visible, .desk-head:visible").count()


@pytest.mark.parametrize("address", ["/desk/audit", "/desk/reports/promises", "/desk/reports/work"])
def test_a_table_fits_a_phone_and_every_figure_keeps_its_name(tab_of, beside, address):
    ask(beside)
    with beside.app_context():
        count_everything()
    tab = tab_of(FRIDA, viewport=PHONE)
    assert tab.request.get("/desk/reports/cases.csv").ok  # stands in the audit log
    tab.goto(address)
    tables = tab.locator(".figures")
    assert tables.count()
    assert tables.evaluate_all("all => all.every(each => each.scrollWidth <= each.clientWidth)")
    assert tables.locator("td:visible").evaluate_all("all => all.every(each => each.dataset.label)")
    assert complaints(tab) == []


def test_axe_finds_nothing_on_what_an_import_of_contracts_would_do(tab_of, beside):
    tab = tab_of(FRIDA, viewport={"width": 320, "height": 640})
    tab.goto("/desk/contracts/import")
    wrong = {"number": "TW-1", "holder": "Donaudampfschifffahrtsgesellschaft" * 3, "email": "x" * 80, "notice": "bald"}
    book = in_the_file(ANNAS, BERNDS | wrong).encode()
    tab.set_input_files("#file", {"name": "contracts.csv", "mimeType": "text/csv", "buffer": book})
    tab.locator("main form .button").first.click()
    tab.wait_for_url("**/import/*")
    assert tab.locator(".records__line--faulty").count() == 1
    assert complaints(tab) == []
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def pages_of_editors(app: Flask, asked: Asked) -> list[str]:
    """Pages about one article that has a table and two versions, its category, one gap, and one proposal."""
    file = "faq/de/rechnung/bezahlen/lastschrift-einrichten.md"
    article, category = f"/desk/articles/{mark_of(file)}", mark_of("faq/de/rechnung/_category.toml")
    with app.app_context():
        with transaction():
            for text in ("Der rote Knopf.\n\nWeg.\n", "Der blaue Knopf.\n\nDa.\n"):
                saved = {"digest": "", "kind": "saved", "author_name": "Emil Brandt", "saved_at": clock.now()}
                db.session.add(ArticleVersion(file=file, text=text, **saved))
        *_before, first, second = db.session.scalars(select(ArticleVersion.id).order_by(ArticleVersion.id))
        draft = Draft("de", "Wo liegt die Rechnung?", "Im Konto, [entfernt: Name].", keywords="Beleg")
        by = Actor(ActorKind.STAFF, "Clara Vogt")
        proposal = propose(draft, asked.id, by=by, now=clock.now()).id
        SEARCH_TALLY.of(app).count_search(
            "drachenfutter", language="de", has_results=False, on=clock.today(COMPANY.of(app).zone)
        )
        SEARCH_TALLY.of(app).write()
    parts = ("", "?as=source", "/languages", "/feedback", "/versions", "/reading")
    return [
        "/desk/articles/gaps",
        *(article + part for part in parts),
        f"{article}/versions?show={second}&before={first}",
        f"/desk/articles/categories/{category}",
        f"/desk/articles/categories/{category}/versions",
        f"/desk/articles/proposals/{proposal}",
        f"/desk/articles/new?proposal={proposal}",
        f"/desk/articles/from/{asked.number}",
    ]


def mail_that_waits(app: Flask) -> int:
    """A mail with long words that waits for a person; the number of its row."""
    with app.app_context():
        with transaction():
            long = "Donaudampfschifffahrtsgesellschaft" * 3
            told = {"subject": long, "sender": "anna@example.org", "text": long, "lines": f"Subject: {long}"}
            row = IncomingMail(
                mailbox="", fingerprint=new_key(), size=9, received_at=clock.now(), state="waiting", **told
            )
            row.files, row.reason = [f"{long}.pdf"], "not_proven"
            db.session.add(row)
        return row.id


def pages_of_things(app: Flask) -> list[str]:
    """A contract, a declaration that waits, a mail that waits and a token, each on the page that shows it."""
    if not kept(app):
        contract(app)
    key = kept(app)[0].number_key
    declaration = path_of(app, declares(app, name="Anna Schmidt", email="", about="TW-2025-00418"))
    mail_that_waits(app)
    token_for(app)
    shown = [f"/desk/contracts/{key}", f"/desk/contracts/{key}/terms", declaration, f"{declaration}/letter"]
    return [*shown, "/desk/incoming", "/desk/tokens", "/desk/queues/all/filter"]


def test_what_was_pressed_is_said_where_the_focus_is_and_axe_finds_nothing_there(tab_of, beside):
    asked, mail = ask(beside), mail_that_waits(beside)
    tab, found = tab_of(FRIDA, viewport=PHONE, color_scheme="dark", reduced_motion="reduce"), []

    def focused() -> str:
        found.extend(complaints(tab))
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), tab.url
        return tab.evaluate("document.activeElement.value || document.activeElement.textContent.trim()")

    tab.goto(desk(asked))
    tab.locator("form[action$='/waiting'] button").evaluate("button => button.click()")
    tab.wait_for_url("**said=waiting")
    assert "Kunde dran" in focused()
    tab.goto("/desk/incoming")
    tab.fill(f"#number-{mail}", "Q26-99999")
    tab.keyboard.press("Enter")
    tab.locator(f"#problem-{mail}").wait_for()
    assert focused() == "Q26-99999"
    tab.goto("/desk/tokens")
    tab.get_by_role("button", name="Token erstellen").click()
    tab.locator("#name-error").wait_for()
    assert "für welches Programm" in focused()
    tab.fill("#name", "Donaudampfschifffahrtsgesellschaft")
    tab.get_by_label("Bestellungen lesen").check()
    tab.get_by_role("button", name="Token erstellen").click()
    tab.locator("#new-token").wait_for()
    assert focused() == "Ihr neues Token"
    tab.get_by_role("button", name="Widerrufen").click()
    tab.wait_for_url("**said=revoked")
    assert "öffnet nichts mehr" in focused() and found == []


@pytest.mark.parametrize("options", [{"viewport": PHONE, "color_scheme": "dark"}, {}], ids=["phone-dark", "wide"])
def test_axe_finds_nothing_on_any_page_of_the_desk(tab_of, beside, options):
    asked = ask(beside)
    give_answer(asked, "1. Stecker ziehen\n2. Warten")
    rules = [
        rule
        for rule in beside.url_map.iter_rules()
        if AUDIENCES.get(rule.endpoint) in OF_STAFF and "GET" in rule.methods
        if rule.endpoint not in WITHOUT_SCRIPT
    ]
    pages = [rule.rule for rule in rules if rule.arguments <= set(rule.defaults or ())]
    tab = tab_of(FRIDA, reduced_motion="reduce", **options)
    found, opened = [], 0
    other, strangers = ask(beside, subject="Noch eine Rechnung"), ask(beside, BERND)
    often = [desk(asked), "/desk/queues/all", "/desk/search?q=Rechnung", "/desk/questions/new"]
    # The books say something of Anna: beside her cases, and in her record.
    order(beside)
    invoice(beside)
    often += [f"/desk/customers/{asked.row.customer_id}", f"/desk/customers/{asked.row.customer_id}/correction"]
    often += [f"{desk(asked)}/merging?other={each.number}" for each in (other, strangers)]
    often += [f"{desk(asked)}/same-person?who={who}" for who in ("Kolb", "Zwiebelmoser")]
    often += [f"/desk/queues/all/changes?case={asked.id}", *pages_of_things(beside)]
    every = [*often, *sorted(pages)]
    known = {beside.url_map.bind("").match(address.partition("?")[0])[0] for address in every}
    assert {rule.endpoint for rule in rules} - known <= ELSEWHERE
    # On a phone those that are opened all day; every one on a large screen.
    for address in often if options else every:
        answer = tab.request.get(address)
        # Tables to be saved and answers for scripts are no pages.
        if answer.status == 200 and "text/html" in answer.headers.get("content-type", ""):
            tab.goto(address)
            opened += 1
            found += complaints(tab)
            if not tab.evaluate("document.documentElement.scrollWidth <= innerWidth"):
                found.append(f"{tab.url}: wider than the screen")
    assert found == [] and opened >= (3 if options else 20)


@pytest.mark.parametrize("options", [{"viewport": PHONE}, {"color_scheme": "dark"}], ids=["phone", "wide-dark"])
def test_axe_finds_nothing_on_the_pages_of_an_article_a_gap_and_a_proposal(tab_of, beside, options):
    asked = ask(beside)
    give_answer(asked, "1. Stecker ziehen\n2. Warten")
    tab, found = tab_of(FRIDA, reduced_motion="reduce", **options), []
    for address in pages_of_editors(beside, asked):
        assert tab.goto(address).status == 200, address
        found += complaints(tab)
        if not tab.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            found.append(f"{tab.url}: wider than the screen")
    assert found == []

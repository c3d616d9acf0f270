"""The two sealed pages: what stands on them, what does not, and for whom they open."""

import re

import pytest

from portal.foundation.web.never_refused import DECLARATION_LIMIT
from tests.cast import CLARA, signed_in
from tests.leaving.declaring import CANCEL, TYPED, WITHDRAW, declarations, only, press, send, visible_controls
from tests.visitor import HTML, Visitor

PLACES = {"/kuendigen": "jetzt kündigen", "/cancel": "cancel now"}
PLACES |= {"/widerrufen": "Widerruf bestätigen", "/withdraw": "Confirm withdrawal"}
LINKS = {
    "de": {"Verträge hier kündigen": "/kuendigen", "Vertrag widerrufen": "/widerrufen"},
    "en": {"Cancel contracts here": "/cancel", "Withdraw from contract here": "/withdraw"},
}
CANCELLATION = [
    *(("input", "cause"), ("input", "cause"), ("textarea", "reason"), ("input", "name"), ("input", "email")),
    *(("textarea", "identity"), ("textarea", "about"), ("input", "end"), ("input", "end"), ("input", "date")),
    ("button", ""),
]
WITHDRAWAL = [("input", "name"), ("input", "email"), ("textarea", "about"), ("textarea", "part"), ("button", "")]
# Words of everything that must not stand in the way (C6, C8, C9, C11, U5).
BANNED = (
    *("kündigungsabsicht", "vormerken", "vertrag finden", "assistent", "weiter", "sind sie sicher", "schade"),
    *("sie verlieren", "doch bleiben", "angebot", "rabatt", "pause", "passwort", "anmelden", "telefon", "geburt"),
    *("iban", "konto", "captcha", "newsletter", "chat", "umfrage", "bewert", "häufige fragen", "anrufen"),
    *("are you sure", "sorry", "you will lose", "stay", "offer", "discount", "password", "sign in", "phone", "survey"),
)


@pytest.mark.parametrize("address", ["/de/", "/en/", "/de/faq/rechnung/rechnung-finden", "/de/search?q=rechnung"])
def test_both_functions_stand_in_the_footer_of_every_page(reader, english_reader, address):
    """Checklist 1, 2, 3, 4: exact words as the only words of the link, not folded away, one click from the form (9)."""
    language = address.split("/")[1]
    page = (reader if language == "de" else english_reader).opens(address)
    for words, target in LINKS[language].items():
        links = [each for each in page.all("a") if "".join(each.itertext()).strip() == words]
        # On the home page they stand on the page itself as well.
        assert [each.get("href") for each in links] == [target] * (2 if address in {"/de/", "/en/"} else 1)
        for link in links:
            assert not list(link) and not link.get("aria-label") and not link.get("title")
            assert is_open(page, link)


@pytest.mark.parametrize(
    "address", ["/de/nirgends", "/en/nirgends", "/de/account/sign-in", "/de/questions/find", "/de/contact"]
)
def test_error_pages_and_the_account_have_them_too(reader, address):
    """Checklist 1, 2."""
    page = reader.opens(address)
    assert LINKS[address.split("/")[1]].items() <= page.links.items()


def test_the_receipt_and_the_account_of_somebody_signed_in_have_them(app, anna):
    """Checklist 1, 2."""
    assert LINKS["de"].items() <= press(anna).links.items()
    assert LINKS["de"].items() <= anna.opens("/de/account/overview").links.items()


def test_pages_of_staff_and_their_view_as_customer_have_them_as_well(app, clara):
    """Checklist 1, 2: the portal knows no page without them but the sealed ones; in the view they lead on in it."""
    view = "/desk/preview/page?as=visitor&path="
    for address in ("/desk/declarations", f"{view}/de/"):
        page = clara.opens(address)
        links = {"".join(each.itertext()).strip(): each for each in page.all("a")}
        assert page.status == 200 and set(LINKS["de"]) <= set(links), address
        assert all(is_open(page, links[words]) for words in LINKS["de"])
    shown = clara.opens(f"{view}/kuendigen")
    assert shown.status == 200 and shown.heading == "Vertrag kündigen" and shown.find("form").get("inert") is not None


@pytest.mark.parametrize("place", PLACES)
def test_a_sealed_page_opens_for_everybody_without_cookie_or_script(reader, place):
    """Checklist 7, 9, 14, 63: 200 at once, no redirect, no cookie, no script, nothing from elsewhere."""
    page = reader.opens(place)
    assert page.status == 200 and reader.cookies == [] and "Set-Cookie" not in page.response.headers
    assert not page.all("script") and not page.all("img") and not page.all("iframe")
    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.meta("og:title") == page.title and page.meta("og:url") == page.canonical


@pytest.mark.parametrize("place", PLACES)
def test_whoever_passes_a_sealed_page_on_shows_its_name_and_nothing_that_persuades(reader, place):
    page = reader.opens(place)
    assert page.meta("og:title") == page.title and page.meta("og:url") == page.canonical
    assert page.meta("og:type") == "website" and page.meta("og:site_name") == "Talwind"
    assert page.meta("og:locale") == {"de": "de_DE", "en": "en_GB"}[page.tree.get("lang")]
    assert page.meta("description") is None and page.meta("og:description") is None


@pytest.mark.parametrize(("place", "button"), PLACES.items())
def test_there_is_one_form_and_one_button_with_exactly_the_words_of_the_law(reader, place, button):
    """Checklist 10, 11: in the first HTML, enabled, nothing else to press."""
    page = reader.opens(place)
    assert len(page.all("form")) == 1 and page.find("form").get("method") == "post"
    (pressed,) = page.all("button")
    assert "".join(pressed.itertext()) == button and pressed.get("disabled") is None
    assert not page.all("input", type="submit") and not page.all("input", type="image")


@pytest.mark.parametrize(
    ("place", "controls"),
    [("/kuendigen", CANCELLATION), ("/cancel", CANCELLATION), ("/widerrufen", WITHDRAWAL), ("/withdraw", WITHDRAWAL)],
)
def test_only_what_the_law_names_is_asked(reader, place, controls):
    """Checklist 15, 16, 17, 26, 76: a list of everything that may be there, and the three duty links."""
    page = reader.opens(place)
    assert visible_controls(page) == controls
    hidden = {each.get("name") for each in page.all("input", type="hidden")}
    assert hidden == {"stamp", "website"}
    links = {each.get("href").rpartition("/")[2] for each in page.all("a")}
    assert (
        links <= {"impressum", "datenschutz", "barrierefreiheit", "imprint", "privacy", "accessibility"}
        and len(links) == 3
    )
    for tag in ("select", "details", "dialog", "video", "svg", "picture", "table"):
        assert not page.all(tag)
    assert not [each for each in page.all("input") if each.get("type") in ("checkbox", "file", "password", "tel")]
    assert not [each for each in page.tree.iter() if each.get("required") is not None or each.get("hidden") is not None]


@pytest.mark.parametrize("place", PLACES)
def test_nothing_persuades_threatens_or_leads_elsewhere(reader, place):
    """Checklist 18, 39: a list of words."""
    words = reader.opens(place).text.lower()
    assert not [each for each in BANNED if re.search(rf"\b{each}", words)]


def test_the_page_reads_as_it_was_approved(reader, english_reader):
    """Checklist 18 as a snapshot: whoever adds a word has to change this test."""
    assert reader.opens(CANCEL).text == (
        "Talwind Vertrag kündigen Art der Kündigung ordentliche Kündigung außerordentliche Kündigung Kündigungsgrund "
        "bei außerordentlicher Kündigung Name hilft uns beim Zuordnen E-Mail-Adresse für die Bestätigung "
        "hilft uns beim Zuordnen Kundennummer oder Anschrift (wenn Sie sie zur Hand haben) hilft uns beim Zuordnen "
        "Vertrag hilft uns beim Zuordnen; zum Beispiel Vertragsnummer, Produkt oder „alle Verträge“ "
        "Ende des Vertrags zum frühestmöglichen Zeitpunkt "
        "zu diesem Datum: jetzt kündigen Impressum Datenschutz Barrierefreiheit"
    )
    assert reader.opens(WITHDRAW).text == (
        "Talwind Vertrag widerrufen Name hilft uns beim Zuordnen E-Mail-Adresse für die Bestätigung "
        "hilft uns beim Zuordnen Vertrag hilft uns beim Zuordnen; zum Beispiel Bestellnummer, Datum, "
        "Produkt Nur diese Teile nur wenn Sie nicht alles widerrufen "
        "Widerruf bestätigen Impressum Datenschutz Barrierefreiheit"
    )
    assert english_reader.opens("/cancel").heading == "Cancel a contract"


def test_every_field_has_a_label_and_says_what_browsers_may_fill_in(reader):
    """Checklist 69."""
    page = reader.opens(CANCEL)
    assert {"name", "email"} <= {each.get("autocomplete") for each in page.all("input")}
    checked = {
        each.get("name"): each.get("value")
        for each in page.all("input", type="radio")
        if each.get("checked") is not None
    }
    assert checked == {"cause": "ordinary", "end": "earliest"}


def test_somebody_signed_in_finds_name_and_address_filled_in_and_may_change_both(app, anna):
    """Checklist 8, 27: one click on one page; what is typed counts, not who is signed in."""
    page = anna.opens(CANCEL)
    assert page.find("input", id="name").get("value") == "Anna Berger"
    assert page.find("input", id="email").get("value") == "anna@example.org"
    receipt = anna.submits(page, CANCEL, cause="ordinary", end="earliest", name="Bernd Kolb", email="bernd@example.org")
    assert receipt.status == 200
    declared = only(app)
    assert (declared.name, declared.email) == ("Bernd Kolb", "bernd@example.org")


def test_staff_find_an_empty_page(app):
    """Checklist 8."""
    assert signed_in(app, CLARA).opens(CANCEL).find("input", id="name").get("value") == ""


@pytest.mark.parametrize("end", ["resting", "ended", "foreign"])
def test_an_ended_session_changes_nothing(app, anna, end):
    """Checklist 8: expired sessions, and cookies that are none."""
    visitor = Visitor(app)
    visitor._client.set_cookie("session", {"resting": "a" * 43, "ended": "", "foreign": "ü%00"}[end])
    assert press(visitor).status == 200 and len(declarations(app)) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "null", "Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Origin": "http://[broken"},
        {"Referer": "https://elsewhere.example/"},
    ],
)
def test_where_a_declaration_comes_from_does_not_matter(app, guest, headers):
    """Checklist 27: without a session a forged request is worth no more than any other; nobody is refused (SR-08)."""
    assert guest.sends(CANCEL, TYPED, **headers).status == 200
    assert only(app).name == "Anna Berger"


def test_a_page_without_stamp_and_without_hidden_fields_is_a_declaration_all_the_same(app, guest):
    """Checklist 28: a declaration sent by any means."""
    assert send(guest).status == 200 and only(app).stamp


@pytest.mark.parametrize("place", ["/kuendigen", "/widerrufen"])
def test_only_a_form_that_points_to_nobody_comes_back(app, guest, place):
    """Checklist 25: 422, what was typed is still there, and the summary takes the focus."""
    typed = {"reason": "Umzug"} if place == CANCEL else {"part": "Router"}
    page = press(guest, place, **dict.fromkeys(("name", "email", "identity", "about"), ""), **typed)
    assert page.status == 422 and declarations(app) == []
    summary = page.find("div", role="alert")
    assert summary.get("autofocus") is not None and summary.get("tabindex") == "-1"
    assert ("Umzug" if place == CANCEL else "Router") in page.text
    assert visible_controls(page) == (CANCELLATION if place == CANCEL else WITHDRAWAL)


@pytest.mark.parametrize("field", ["name", "email", "identity", "about"])
def test_one_of_them_is_enough(app, guest, field):
    """Checklist 23, 24."""
    empty = dict.fromkeys(("name", "email", "identity", "about"), "")
    assert press(guest, **empty | {field: "x"}).status == 200 and len(declarations(app)) == 1


@pytest.mark.parametrize("seen", ["\u200b", "\u3164", " \t\n", "\x00", "\u202e"])
def test_what_cannot_be_seen_points_to_nobody(app, guest, seen):
    """Checklist 25."""
    assert press(guest, **dict.fromkeys(("name", "email", "identity", "about"), seen)).status == 422


def test_more_than_two_million_bytes_are_no_declaration_and_are_told_so(app, guest):
    """Checklist 25: the one limit of size; the page says that nothing was stored."""
    assert guest.sends(CANCEL, TYPED | {"reason": "x" * DECLARATION_LIMIT}).status == 413
    assert declarations(app) == []


def is_open(page, link) -> bool:
    """Whether nothing around it folds it away."""
    parents = {child: parent for parent in page.tree.iter() for child in parent}
    while link in parents:
        link = parents[link]
        if link.tag in (f"{HTML}details", f"{HTML}dialog", f"{HTML}menu") or link.get("hidden") is not None:
            return False
    return True

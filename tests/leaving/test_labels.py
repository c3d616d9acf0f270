"""The words of the specification to the letter (2.2), in both languages and for a company that says Du."""

import re
from pathlib import Path

import pytest
from flask_babel import gettext

from tests.conftest import make_app, running
from tests.leaving.declaring import press
from tests.leaving.test_pages import BANNED, LINKS, PLACES
from tests.visitor import Visitor

LABELS = {
    "Cancel a contract": "Vertrag kündigen",
    "Close account": "Konto schließen",
    "Close account now": "Konto jetzt schließen",
    "Delete my data": "Meine Daten löschen",
    "Download my data": "Meine Daten herunterladen",
    "We have received your cancellation": "Ihre Kündigung ist eingegangen",
    "We have received your withdrawal": "Ihr Widerruf ist eingegangen",
    "Save cancellation": "Kündigung speichern",
    "This was not me": "Das war ich nicht",
    "Take back cancellation": "Kündigung zurücknehmen",
    "Optional: what could we do better?": "Freiwillig: Was können wir besser machen?",
}


@pytest.mark.parametrize(("english", "german"), LABELS.items())
def test_a_label_is_that_of_the_specification(app, english, german):
    for address, words in (("/de/", german), ("/en/", english)):
        with app.test_request_context(address):
            assert gettext(english) == words


def test_a_company_that_says_du_keeps_the_words_of_the_law(data: Path, content: Path):
    company = content / "company.toml"
    company.write_text(company.read_text().replace('address = "Sie"', 'address = "Du"'))
    with running(make_app(data, content)) as app:
        visitor = Visitor(app)
        assert LINKS["de"].items() <= visitor.opens("/de/").links.items()
        for place in ("/kuendigen", "/widerrufen"):
            page = visitor.opens(place)
            assert ["".join(each.itertext()) for each in page.all("button")] == [PLACES[place]]
            assert not [each for each in BANNED if re.search(rf"\b{each}", page.text.lower())]
        assert "wenn du sie zur Hand hast" in visitor.opens("/kuendigen").text
        receipt = press(visitor)
        assert receipt.heading == "Deine Kündigung ist eingegangen"
        assert not re.search(r"\b(Sie|Ihnen|Ihre?[nmrs]?)\b", receipt.text)

"""The company's own pages: filled in where it counts, saying what is really set (specs: leaving 64-66, 71, 74-76)."""

import re
from dataclasses import replace

import pytest

from portal.cli.content import check
from portal.cli.pages import NEEDED, page_faults
from portal.foundation.company import COMPANY
from tests.conftest import make_app
from tests.visitor import Visitor


def faults(app, content, *, is_production=False, company=None):
    found = page_faults(content, company or COMPANY.of(app), is_production=is_production)
    return [each for each in found if each.is_error]


def change(content, page: str, before: str, after: str) -> None:
    path = content / "pages" / page
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def test_what_is_not_filled_in_is_a_note_at_first_and_an_error_in_production(shared_app, demo):
    content = demo / "content"
    assert faults(shared_app, content) == []
    notes = list(page_faults(content, COMPANY.of(shared_app), is_production=False))
    assert any("[[HRB 000000]]" in each.problem and each.line for each in notes)
    assert len(faults(shared_app, content, is_production=True)) == len(notes)


@pytest.mark.parametrize("is_production", [False, True])
def test_the_command_ends_with_one_for_a_gap_in_production(data, demo, is_production):
    stage = "production" if is_production else "development"
    app = make_app(data, demo / "content", stage=stage, url="https://localhost", hosts=("localhost",))
    with app.app_context():
        result = app.test_cli_runner().invoke(check, [])
    assert result.exit_code == int(is_production), result.output[-400:]


def test_74_figures_of_the_terms_that_the_page_does_not_say_are_errors(app, content):
    """74: values come from the configuration; a mismatch fails the check."""
    change(content, "de/agb.md", "24 Monate sind 24 Monate", "12 Monate sind 12 Monate")
    assert [each.file for each in faults(app, content)] == ["pages/de/agb.md"]
    change(content, "de/agb.md", "einem Monat", "drei Monaten")
    assert len(faults(app, content)) == 2


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ({"says": "36 Monate", "first_term_months": 36}, "allows 24 at most"),
        ({"says": "24 Monate", "notice_months": 3}, "allows 1 at most"),
        ({"says": "24 Monate", "first_term_months": 12}, "but it says"),
    ],
)
def test_74_figures_against_the_law_or_against_themselves_are_errors(shared_app, demo, figure, said):
    company = COMPANY.of(shared_app)
    company = replace(company, sections={**company.sections, "terms": [figure]})
    found = faults(shared_app, demo / "content", company=company)
    assert any(said in f"{each.problem} {each.remedy}" for each in found)


def test_66_a_period_that_the_privacy_page_does_not_say_is_an_error(shared_app, demo):
    """66: periods as they really are."""
    company = COMPANY.of(shared_app)
    company = replace(company, sections={**company.sections, "retention": {"drafts_days": 77}})
    assert {each.file for each in faults(shared_app, demo / "content", company=company)} == {
        "pages/de/datenschutz.md",
        "pages/en/privacy.md",
    }


def test_65_the_dispute_platform_that_ended_is_not_linked(app, content):
    """65: no ODR link (the platform closed on 20 July 2025)."""
    assert not any("ec.europa.eu/consumers/odr" in path.read_text() for path in content.glob("pages/*/*.md"))
    change(content, "de/impressum.md", "## Aufsicht", "https://ec.europa.eu/consumers/odr\n\n## Aufsicht")
    assert len(faults(app, content)) == 1


def test_75_every_line_of_what_one_may_dislike_leads_to_its_clause_and_names_its_version(reader, english_reader):
    for visitor, url, version in (
        (reader, "/de/pages/agb", "Fassung vom 1. Dezember 2026"),
        (english_reader, "/en/pages/terms", "Version of 1 December 2026"),
    ):
        page = visitor.opens(url)
        box = next(each for each in page.all("div") if "dislike" in (each.get("class") or ""))
        lines = [each for each in box.iter() if each.tag.endswith("li")]
        links = [[a for a in line.iter() if a.tag.endswith("}a")] for line in lines]
        assert lines and all(links), "a line without its clause"
        assert version in "".join(box.itertext())


def test_76_the_box_is_on_no_page_of_declarations(reader):
    """76: nor on any other page where somebody decides."""
    for url in ("/kuendigen", "/widerrufen", "/cancel", "/withdraw"):
        assert "dislike" not in reader.opens(url).html and "missfallen" not in reader.opens(url).text


@pytest.mark.parametrize("start", ["/de/", "/de/faq/rechnung/", "/kuendigen", "/widerrufen"])
def test_64_the_imprint_is_one_click_away_also_from_a_sealed_page(shared_app, start):
    """64: at most two clicks."""
    links = {each.get("href") for each in Visitor(shared_app).opens(start).all("a")}
    assert "/de/pages/impressum" in links


def test_71_the_page_on_accessibility_has_the_four_points_and_the_authority(reader, english_reader):
    """71: Annex 3 BFSG: the service, how it works, how it meets the requirements, who supervises."""
    german = reader.opens("/de/pages/barrierefreiheit").text
    english = english_reader.opens("/en/pages/accessibility").text
    for words in ("Worum es geht", "So funktioniert es", "Was funktioniert", "Marktüberwachungsstelle"):
        assert words in german
    assert re.search(r"market surveillance|MLBF", english, re.IGNORECASE)
    for language, names in NEEDED.items():
        visitor = reader if language == "de" else english_reader
        links = {each.get("href") for each in visitor.opens(f"/{language}/").all("a")}
        assert f"/{language}/pages/{names['accessibility']}" in links

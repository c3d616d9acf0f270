"""Images and files beside the articles: the right type, harmless when opened alone, kept for ever only when exact."""

import re

import pytest

from portal.faq.library import KEEPER

IMAGE = "/de/faq/rechnung/bild.svg"


@pytest.fixture
def version(small) -> str:
    return re.search(r"bild\.svg\?v=(\w+)", small.opens("/de/faq/rechnung/neu").html)[1]


@pytest.mark.parametrize(("url", "kind"), [(IMAGE, "image/svg+xml"), ("/de/faq/rechnung/preise.csv", "text/csv")])
def test_a_file_has_its_type_and_may_not_do_anything(small, url, kind):
    answer = small.opens(url).response
    assert (answer.status_code, answer.mimetype) == (200, kind)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_may_be_kept_for_ever_under_its_exact_version_only(small, version):
    assert "immutable" in small.opens(f"{IMAGE}?v={version}").response.headers["Cache-Control"]
    for wrong in ("", "?v=", "?v=00000000", f"?v={version}0", f"?v={version.upper()}x", "?w=1"):
        assert "immutable" not in small.opens(IMAGE + wrong).response.headers["Cache-Control"], wrong


def test_a_browser_that_has_a_file_gets_an_empty_answer(small, small_app):
    mark = small.opens(IMAGE).response.headers["ETag"]
    answer = small_app.test_client().get(IMAGE, headers={"If-None-Match": mark})
    assert (answer.status_code, answer.data) == (304, b"")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "rechnung/nichts.svg",
        "rechnung/neu.md",
        "rechnung/_category.toml",
        "../company.toml",
        "..%2fcompany.toml",
        "..%2f..%2f..%2fcompany.toml",
        "rechnung/..%2f..%2f..%2fcompany.toml",
        "rechnung/%2e%2e/%2e%2e/company.toml",
        "rechnung/..%5c..%5ccompany.toml",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "rechnung/bild.svg%00.png",
        "rechnung/bild.svg/",
        "rechnung/./bild.svg",
        "rechnung/BILD.SVG",
        "geheim/entwurf.md",
        "file:%2f%2f%2fetc/passwd",
    ],
)
def test_no_trick_with_a_path_reaches_another_file(small, path):
    page = small.follows(f"/de/faq/{path}")
    assert page.status == 404
    assert "root:" not in page.html and "sicher@klein" not in page.html


def test_the_files_of_one_language_are_not_those_of_another(small):
    assert small.opens("/en/faq/rechnung/bild.svg").status == 404


def test_a_file_that_was_cleared_away_is_not_found_rather_than_a_fault(app, visitor):
    copies = KEEPER.of(app).copies
    for path in copies.iterdir():
        path.unlink()
    assert visitor.opens("/de/faq/stoerung/internet/lampen-am-router.svg").status == 404

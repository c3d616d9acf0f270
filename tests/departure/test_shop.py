"""The shop carries both links, to the letter and to be seen; whatever is wrong is a sentence (specs: leaving 12)."""

import pytest

from portal.cli.leaving import leaving
from portal.departure.shop import WANTED, shop_faults, shop_html
from portal.foundation.outside.fetching import NotFetched, fetch

SITE, PAGE = "https://hilfe.example.org", "https://shop.example.org/"
CANCEL = '<a href="https://hilfe.example.org/kuendigen">Verträge hier kündigen</a>'
WITHDRAW = '<a href="https://hilfe.example.org/widerrufen">Vertrag widerrufen</a>'


def faults(html: str, language: str = "de") -> list[str]:
    return list(shop_faults(f"<!doctype html><body>{html}", page=PAGE, site=SITE, language=language))


@pytest.mark.parametrize("language", ["de", "en"])
def test_12_what_we_give_to_be_built_in_passes(language):
    """12: the ready-made HTML."""
    assert faults(f"<footer>{shop_html(SITE, language)}</footer>", language) == []
    assert len(WANTED[language]) == 2


@pytest.mark.parametrize(
    ("cancel", "said"),
    [
        ("", "There is no link “Verträge hier kündigen”."),
        (CANCEL.replace("hier ", ""), "says “Verträge kündigen” instead of"),
        (CANCEL.replace("/kuendigen", "/login"), "leads to https://hilfe.example.org/login instead of"),
        (CANCEL.replace("https:", "http:"), "leads to http://hilfe.example.org/kuendigen instead of"),
        (CANCEL.replace("Verträge", "<img src=x alt=''>Verträge"), "holds a picture"),
        (CANCEL.replace("<a ", "<a aria-label='Hilfe' "), "is read out as “Hilfe”"),
        (CANCEL.replace("<a ", "<a hidden "), "hidden by an attribute"),
        (CANCEL.replace("<a ", "<a style='display:none' "), "hidden by its style"),
        (f"<details><summary>Mehr</summary>{CANCEL}</details>", "hidden by <details>"),
        (f"<div style='VISIBILITY : hidden'><p>{CANCEL}</p></div>", "hidden by its style"),
        (f"<div aria-hidden=true>{CANCEL}</div>", "hidden by an attribute"),
        (f"<noscript>{CANCEL}</noscript>", "hidden by <noscript>"),
        (f"<template>{CANCEL}</template>", "hidden by <template>"),
        (f"<!-- {CANCEL} -->", "There is no link"),
        (f"<script>var x = `{CANCEL}`</script>", "There is no link"),
    ],
)
def test_12_a_link_that_is_wrong_or_cannot_be_seen_is_named(cancel, said):
    """12: text, target, visibility."""
    found = faults(cancel + WITHDRAW)
    assert len(found) == 1 and said in found[0], found


def test_words_may_be_broken_and_marked_and_one_good_link_is_enough():
    broken = CANCEL.replace("hier ", "\n  <b>hier</b>&#32;")
    assert faults(f"<nav hidden>{CANCEL}</nav><p>{broken}<p>{WITHDRAW}") == []
    assert faults(f"<details open>{CANCEL}{WITHDRAW}</details>") == []


@pytest.mark.parametrize(
    "url", ["http://shop.example.org/", "https://localhost/", "https://127.0.0.1/", "https://[::1]/", "ftp://x/", "x",
            "https://10.0.0.1/", "https://169.254.169.254/", "https://shop.example.org:22/", "https://a:b@example.org/",
            "https://shop.example.org:99999/", "https://[x/", "https:///", "https://1/", "https://0x7f.1/"]
)  # fmt: skip
def test_only_public_pages_by_https_are_fetched(url):
    with pytest.raises(NotFetched):
        fetch(url)


def test_the_command_says_what_is_wrong_and_ends_with_one(app):
    with app.app_context():
        result = app.test_cli_runner().invoke(leaving, ["check-shop", "https://127.0.0.1/"])
        shown = app.test_cli_runner().invoke(leaving, ["shop-link"])
    assert result.exit_code == 1 and "not public" in result.output
    assert "Verträge hier kündigen" in shown.output and shown.exit_code == 0

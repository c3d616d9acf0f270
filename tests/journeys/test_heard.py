"""What Chromium gives a screen reader of the way out, in the order in which it is read (checklist 68).

The approved lines lie beside this file in `heard/`. It is the tree that programs read from, not the voice of one.
"""

import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import DESKTOP

pytestmark = pytest.mark.browser

HEARD = Path(__file__).with_name("heard")
# What is announced by itself; bare text is only kept where no such thing has said it already.
SAID = {"heading", "link", "button", "textbox", "radio", "group", "radiogroup", "combobox", "alert", "status", "region"}
SAID |= {"navigation", "main", "contentinfo", "banner", "form", "RootWebArea", "DisclosureTriangle"}
NAMED_BY_TEXT = {"heading", "link", "button", "LabelText", "Legend", "DisclosureTriangle"}
STATES = {"checked": "checked", "invalid": "invalid", "focused": "focused", "disabled": "disabled"}
# Numbers, moments and addresses are others each time.
CHANGING = (
    r"[CW]\d\d-\d{5}-\d",
    r"\d{1,2}(\.\d\d\.|\.? \w+ )\d{4}",
    r"\d\d:\d\d:\d\d",
    r"\((MEZ|MESZ|CET|CEST), UTC[+]\d\d:00\)",
    r"\b[0-9a-f]{64}\b",
    r"http://[\d.]+:\d+",
)
PLACES = {"de": ("/kuendigen", "/widerrufen"), "en": ("/cancel", "/withdraw")}


def heard(page) -> str:
    """One line for each thing: role, name, description, state."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    known = {node["nodeId"]: node for node in nodes}
    lines: list[str] = []

    def walk(node: dict[str, Any], is_named: bool) -> None:
        role = node["role"]["value"]
        if not node["ignored"] and (role in SAID or (role == "StaticText" and not is_named)):
            lines.append(_line(node, role))
        for each in node.get("childIds", ()):
            if each in known:
                walk(known[each], is_named or role in NAMED_BY_TEXT)

    walk(nodes[0], is_named=False)
    text = "\n".join(lines)
    for pattern in CHANGING:
        text = re.sub(pattern, "…", text)
    return text + "\n"


def _line(node: dict[str, Any], role: str) -> str:
    name = " ".join(str(node.get("name", {}).get("value", "")).split())
    more = " ".join(str(node.get("description", {}).get("value", "")).split())
    found = {each["name"]: str(each["value"].get("value", "")).lower() for each in node.get("properties", ())}
    states = [word for key, word in STATES.items() if found.get(key) == "true"]
    said = {"StaticText": "text", "RootWebArea": "page"}.get(role, role)
    return "  ".join(filter(None, [f"{said}: {name}", more and f"({more})", *(f"[{each}]" for each in states)]))


@pytest.mark.parametrize("language", PLACES)
def test_the_way_out_is_read_as_it_was_approved(new_tab, language):
    cancel, withdraw = PLACES[language]
    page = new_tab(viewport=DESKTOP)
    parts = {}
    for place in (cancel, withdraw):
        page.goto(place)
        page.locator("#send").wait_for()
        parts[place] = heard(page)
    page.goto(cancel)
    page.locator("#send").click()
    page.get_by_role("alert").wait_for()
    parts[f"{cancel}, sent empty"] = heard(page)
    page.locator("#name").fill(f"Anna Berger, {language}")
    page.locator("#send").click()
    page.locator("h1.declared__title").wait_for()
    # The button that prints is there once the script ran.
    page.locator("[data-behaviour~=print]").wait_for()
    # Up to the voluntary part, whose reasons come in another order each time.
    receipt = heard(page).partition("region: Freiwillig" if language == "de" else "region: Optional")[0]
    parts["receipt"] = receipt
    whole = "\n".join(f"== {name}\n{text}" for name, text in parts.items())
    path = HEARD / f"leaving.{language}.txt"
    if os.environ.get("UPDATE_HEARD"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(whole)
    assert whole == path.read_text(), "read the change aloud, then run again with UPDATE_HEARD=1"

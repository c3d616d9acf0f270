"""A small FAQ that may be changed, a portal on it, and what tests press in it."""

from pathlib import Path

from portal.editing.access import mark_of
from tests.cast import SignedIn
from tests.visitor import HTML, Page

TEXT = """---
id: 7
title: Wo liegt meine Rechnung?
# von Hand geschrieben
keywords: [abrechnung]
aliases: [rechnung/alt]
reviewed_on: 2026-11-03
review_every: 30 days
---
So finden Sie sie:

1. Anmelden
2. Auf Belege gehen
   - oder suchen
3. Herunterladen
"""
FILES = {
    "company.toml": 'name = "Klein"\n',
    "faq/de/rechnung/_category.toml": 'name = "Rechnung"\n',
    "faq/de/rechnung/finden.md": TEXT,
    "faq/de/rechnung/mahnung.md": "---\ntitle: Mahnung\n---\nSiehe [Rechnung](finden.md).\n",
    "faq/de/rechnung/intern.md": "---\ntitle: Kulanz gewähren\nstatus: internal\n---\nBis 20 Euro.\n",
    "faq/de/rechnung/entwurf.md": "---\ntitle: Noch nicht fertig\nstatus: draft\n---\nEs fehlt etwas.\n",
    "faq/en/billing/_category.toml": 'name = "Billing"\ntranslation_of = "rechnung"\n',
    "faq/en/billing/find.md": "---\nid: 7\ntitle: Where is it?\ntranslation_of: rechnung/finden\n---\nYour account.\n",
}


def written(folder: Path) -> Path:
    """The small FAQ in that folder."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def mark(file: str) -> str:
    """What stands for a file in addresses."""
    return mark_of(file)


def page_of(file: str) -> str:
    """The address at which a file is edited."""
    return f"/desk/articles/{mark(file)}"


def fields(page: Page) -> dict[str, str]:
    """What the form of an article holds, as a browser would send it."""
    form = next(each for each in page.all("form") if each.get("id") == "writing")
    found: dict[str, str] = {}
    for each in form.iter():
        name = each.get("name")
        if not name or name == "do" or each.get("type") == "file":
            continue
        if each.tag == f"{HTML}textarea":
            found[name] = "".join(each.itertext()).removeprefix("\n")
        elif each.tag == f"{HTML}select":
            chosen = [one for one in each.iter(f"{HTML}option") if one.get("selected") is not None]
            found[name] = chosen[0].get("value", "") if chosen else ""
        elif each.get("type") not in ("checkbox", "radio") or each.get("checked") is not None:
            found[name] = each.get("value", "")
    return found


def saves(person: SignedIn, page: Page, do: str = "save", files: list | None = None, **typed: str) -> Page:
    """What comes back after pressing a button of the form that the page shows."""
    form = next(each for each in page.all("form") if each.get("id") == "writing")
    return person.sends(form.get("action"), fields(page) | typed | {"do": do}, files=files)

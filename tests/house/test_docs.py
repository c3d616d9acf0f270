"""Whoever follows a link of the docs arrives: the file is there, and the heading that is named."""

import re
from functools import cache
from pathlib import Path

from portal.foundation.config import ROOT

PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "bench" / "README.md"]
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s#]*)#?([^)\s]*)\)")


@cache
def headings(page: Path) -> set[str]:
    """The anchors of a page, as GitHub makes them of its headings."""
    found = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in found}


def leads_somewhere(page: Path, name: str, heading: str) -> bool:
    target = (page.parent / name).resolve() if name else page
    return target.exists() and (not heading or heading in headings(target))


def test_every_link_of_the_docs_leads_to_a_page_and_a_heading_that_are_there():
    links = [(page, *link) for page in PAGES for link in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8")))]
    assert len(links) > 100
    assert [(str(page.relative_to(ROOT)), *link) for page, *link in links if not leads_somewhere(page, *link)] == []

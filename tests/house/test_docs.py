"""Whoever follows a link of the docs arrives, tests that they name are there, and commands explain their options."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click

from portal.cli import COMMANDS
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


def test_every_test_by_which_the_docs_prove_something_is_there():
    """Above all those of the checklist of the law (docs/leaving.md)."""
    written = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    known = set(re.findall(r"^def (test_\w+)", written, re.MULTILINE))
    named = {(page.name, name) for page in PAGES for name in re.findall(r"`(test_\w+)`", page.read_text("utf-8"))}
    assert len(named) > 50
    assert [each for each in sorted(named) if each[1] not in known] == []


def options_of(command: click.Command, name: str) -> Iterator[tuple[str, click.Option]]:
    for inner, each in getattr(command, "commands", {}).items():
        yield from options_of(each, f"{name} {inner}")
    yield from ((f"{name} {each.opts[0]}", each) for each in command.params if isinstance(each, click.Option))


def test_every_option_of_a_command_says_what_it_is_for():
    options = [each for command in COMMANDS for each in options_of(command, command.name or "")]
    assert len(options) > 10 and [name for name, each in options if not each.help] == []

"""Templates, styles and scripts keep to the house: names agree, nothing inline, nothing foreign."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAILS = ROOT / "templates" / "mails"
# Mails and the archive are read outside the portal: they carry their style, because they may load nothing.
ARCHIVE = ROOT / "templates" / "departure" / "archive.html"
TEMPLATES = sorted(
    path for path in (ROOT / "templates").rglob("*.html") if MAILS not in path.parents and path != ARCHIVE
)
STYLES = sorted([*(ROOT / "static" / "css").glob("*.css"), *(ROOT / "static" / "desk").rglob("*.css")])
SCRIPTS = sorted([*(ROOT / "static" / "js").glob("*.js"), *(ROOT / "static" / "desk").rglob("*.js")])
ROOMS = {
    "faq",
    "home",
    "incidents",
    "lead",
    "leaving",
    "reports",
    "contact",
    "contracts",
    "orders",
    "departure",
    "desk",
    "editing",
    "styleguide",
    "errors",
    "components",
    "accounts",
    "questions",
    "notifications",
    "mails",
}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_template_folder_carries_a_room_s_name():
    assert {path.name for path in (ROOT / "templates").iterdir() if path.is_dir()} <= ROOMS


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_has_nothing_inline_and_marks_nothing_safe(path):
    source = path.read_text()
    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=|javascript:", source), "inline style or script"
    assert not re.search(r"\|\s*safe\b", source), "marks as safe"
    for script in re.findall(r"<script(?![^>]*(src=|application/ld\+json))[^>]*>", source):
        pytest.fail(f"inline script: {script}")


def test_a_template_uses_what_it_brings_in():
    unused = []
    for path in (ROOT / "templates").rglob("*.*"):
        source = path.read_text()
        for names in re.findall(r"import ([\w, ]+?)(?: with context)? -?%}", source):
            each = [name.split(" as ")[-1].strip() for name in names.split(",")]
            unused += [(named(path), name) for name in each if len(re.findall(rf"\b{name}\b", source)) < 2]
    assert unused == []


def test_every_class_of_a_template_has_a_style_and_every_style_is_used():
    styled = {name for path in STYLES for name in re.findall(r"\.([a-z][\w-]*)", _without_words(path.read_text()))}
    pages = [path for path in TEMPLATES if path.parent.name != "styleguide"]
    written = " ".join(re.findall(r"""class="((?:[^"{]|{{.*?}}|{%.*?%})*)\"""", "".join(map(Path.read_text, pages))))
    # A word alone names a block, whose parts have the styles; `block--{{ value }}` is made of what it shows.
    parts = set(re.findall(r"(?<![\w-])[a-z-]+__[a-z-]+[a-z](?![\w-]*{)", written))
    assert parts - styled - {"slots__day"} == set()
    code = "".join(path.read_text() for path in [*TEMPLATES, *SCRIPTS, *(ROOT / "portal").rglob("*.py")])
    used = r"(?<![\w-])({0}(?![\w-])|{1}--{{)"
    unused = {name for name in styled if not re.search(used.format(name, name.partition("--")[0]), code)}
    assert unused - {"htmx-request"} == set()  # htmx sets it


def _without_words(source: str) -> str:
    return re.sub(r'/\*.*?\*/|"[^"]*"', "", source, flags=re.S)


@pytest.mark.parametrize("path", [*TEMPLATES, *STYLES, *SCRIPTS], ids=named)
def test_nothing_comes_from_a_foreign_host(path):
    foreign = re.findall(r"""(?:src|action|url)\s*[=(]\s*["']?(?:https?:)?//[^"')\s]+""", path.read_text())
    assert not foreign


@pytest.mark.parametrize("path", SCRIPTS, ids=named)
def test_a_script_is_one_behaviour_under_sixty_lines(path):
    assert len(path.read_text().splitlines()) <= 60


@pytest.mark.parametrize("path", STYLES, ids=named)
def test_styles_use_tokens_for_colours_and_no_ids(path):
    source = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
    if "token" not in path.name:
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)|\brgba?\(|\bhsla?\(|\boklch\(", source), (
            "a colour outside the tokens"
        )
    assert not re.search(r"(^|[\s,}])#[a-z][\w-]*[^{};]*\{", source), "styles an id"

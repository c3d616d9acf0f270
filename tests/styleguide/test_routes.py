"""The style guide: what is not in it does not exist."""

import re
from pathlib import Path

STYLES = Path(__file__).resolve().parents[2] / "static" / "css"


def test_every_component_with_a_style_of_its_own_is_shown(reader):
    classes = {name for each in reader.opens("/styleguide").tree.iter() for name in (each.get("class") or "").split()}
    shown = {re.split("__|--", name)[0] for name in classes}
    components = {path.stem.partition("-")[2] for path in STYLES.glob("50-*.css")}
    assert components - shown - {"article"} == set()


def test_whatever_a_macro_can_print_is_shown(reader):
    html = reader.opens("/styleguide").html
    for shown in ("logo__image", "<select", 'aria-invalid="true"', "notice--banner", "why__facts"):
        assert shown in html, shown
    assert "Why is my first <mark>bill</mark> higher?" in html

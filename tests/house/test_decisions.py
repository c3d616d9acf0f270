"""Each decision has a number of its own, and whoever names a decision names one that is there."""

import re
from collections import Counter
from pathlib import Path

from portal.foundation.config import ROOT

DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


def test_each_number_is_given_once_and_stands_in_the_headline():
    numbers = Counter(path.name[:4] for path in DECISIONS)
    assert [number for number, times in numbers.items() if times > 1] == []
    assert [path.name for path in DECISIONS if not path.read_text().startswith(f"# {path.name[:4]} ")] == []


def _named() -> dict[str, set[str]]:
    """Numbers of decisions by the file that names them."""
    files = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").glob("*.*")]
    files += [*(ROOT / "portal").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    return {
        str(path): set(re.findall(r"decisions/(\d{4})", path.read_text())) for path in files if path != Path(__file__)
    }


def test_who_names_a_decision_names_one_that_is_there():
    given = {path.name[:4] for path in DECISIONS}
    assert {path: numbers - given for path, numbers in _named().items() if numbers - given} == {}

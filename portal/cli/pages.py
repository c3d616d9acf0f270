"""Faults of the company's own pages: what is not filled in, periods and figures that say something else than is set."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from portal.contracts.rules.terms import LONGEST_FIRST_TERM
from portal.faq.library.faults import Fault
from portal.foundation.company import Company, localised
from portal.foundation.retention import read_periods

# Duties of § 5 DDG, Art. 13 GDPR, §§ 305, 312d BGB and § 14 BFSG; each page has a name in each language.
NEEDED = {
    "de": {"imprint": "impressum", "privacy": "datenschutz", "terms": "agb", "accessibility": "barrierefreiheit"},
    "en": {name: name for name in ("imprint", "privacy", "terms", "accessibility")},
}
_GAP = re.compile(r"\[\[([^\]\n]{0,200})\]\]")
_UNITS = {"de": ("Monate", "Tage"), "en": ("months", "days")}
# § 309 Nr. 9 BGB: two years at first, a month of notice after that.
_LIMITS = {"first_term_months": LONGEST_FIRST_TERM, "notice_months": 1}
_BOX = re.compile(r"^!!! dislike.*?(?=^\S)", re.MULTILINE | re.DOTALL)


def page_faults(content: Path, company: Company, *, is_production: bool) -> Iterator[Fault]:
    """Every fault of `pages/`; a gap is an error in production and a note before."""
    for path in sorted(content.glob("pages/*/*.md")):
        name = str(path.relative_to(content))
        yield from _gaps(path, name, is_error=is_production)
        if "ec.europa.eu/consumers/odr" in _read(path):
            yield Fault(name, 0, "It links to the dispute platform that ended on 20 July 2025.", "Remove the link.")
    for language in company.languages:
        yield from _missing(content, language, is_error=is_production)
        yield from _periods(content, company, language)
        yield from _figures(content, company, language)


def _gaps(path: Path, name: str, *, is_error: bool) -> Iterator[Fault]:
    for number, line in enumerate(_read(path).splitlines(), start=1):
        for gap in _GAP.findall(line):
            yield Fault(name, number, f"“[[{gap}]]” is not filled in.", "Write what is true for you there.", is_error)


def _missing(content: Path, language: str, *, is_error: bool) -> Iterator[Fault]:
    for duty, slug in NEEDED[language].items():
        if not (content / "pages" / language / f"{slug}.md").is_file():
            problem = f"The page for {duty} is missing."
            yield Fault(f"pages/{language}/{slug}.md", 0, problem, "Begin with that of the demo.", is_error)


def _periods(content: Path, company: Company, language: str) -> Iterator[Fault]:
    """The privacy page names every period as it is set: what is kept for 12 months must not be told as 6."""
    file = f"pages/{language}/{NEEDED[language]['privacy']}.md"
    text = _read(content / file)
    months, days = _UNITS[language]
    if not text:
        return
    for name, amount in vars(read_periods(company)).items():
        said = f"{amount} {months if name.endswith('_months') else days}"
        if said not in text:
            remedy = "Correct the page or [retention]."
            yield Fault(file, 0, f"It does not say “{said}”, which is set as {name}.", remedy)


def _figures(content: Path, company: Company, language: str) -> Iterator[Fault]:
    """Figures of `[[terms]]` stand in the clauses, those to dislike in the box as well, and none is against the law."""
    file = f"pages/{language}/{NEEDED[language]['terms']}.md"
    text = _read(content / file)
    box = "".join(_BOX.findall(text))
    for figure in _listed(company.sections.get("terms", ())):
        said = localised(figure.get("says", ""), language)
        yield from _lawful(figure, said)
        if said and said not in text.replace(box, ""):
            yield Fault(
                file, 0, f"No clause says “{said}”, which company.toml names.", "Correct the clause or [[terms]]."
            )
        if said and figure.get("dislike") is True and said not in box:
            yield Fault(file, 0, f"The box of what one may dislike later does not say “{said}”.", "Write it there.")


def _lawful(figure: Mapping[str, Any], said: str) -> Iterator[Fault]:
    for name, most in _LIMITS.items():
        amount = figure.get(name)
        if amount is not None and (type(amount) is not int or not 0 <= amount <= most):
            remedy = f"§ 309 Nr. 9 BGB allows {most} at most."
            yield Fault("company.toml", 0, f"{name} of “{said}” in [[terms]] is {amount}.", remedy)
        elif amount is not None and str(amount) not in said and amount != 1:
            yield Fault(
                "company.toml", 0, f"{name} in [[terms]] is {amount}, but it says “{said}”.", "Make both the same."
            )


def _listed(written: Any) -> list[Mapping[str, Any]]:
    return [each for each in written if isinstance(each, Mapping)] if isinstance(written, list | tuple) else []


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        # Files that cannot be read are faults of the builder already.
        return ""

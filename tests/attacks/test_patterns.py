"""No regular expression of ours takes long for any text that reaches it (specs: SR-22)."""

import importlib
import pkgutil
import re
import sys
import time
from collections.abc import Iterator

import pytest

import portal

LENGTH, SECONDS = 20_000, 0.3
PIECES = (
    *("a", "0", " ", "\n", "@", ".", "-", "_", "/", "<", ">", "[", "(", "{", "*", "`", '"', "=", "#", "&", "é", "A1"),
    *("a ", "a.", "a@", "a-", "<a", "[a](", '"=', " \n", "1.", "- ", "| ", "&#", "a:", "http://a", "```", "12 "),
)
# What these read is short, or stands at the beginning of a line; the number is the longest there can be.
SHORT = {
    "portal.contracts.reading._SPAN": 300,
    "portal.editing.categories._LINE": 300,
    "portal.editing.heads._KEY": 300,
    "portal.faq.actions._MAIL": 200,
    "portal.faq.library.texts.foreign_markdown.ATTRIBUTE": 500,
    "portal.faq.library.texts.titles.ATTRIBUTES": 1000,
    "portal.faq.library.texts.titles.MARKUP": 1000,
    "portal.faq.library.texts.titles.TAG": 5000,
    "portal.foundation.addresses._PLAIN": 254,
    "portal.foundation.markdown.references.SCHEME": 2000,
    **{f"portal.inbox.rules.texts.{name}": 400 for name in ("_RULE", "_FROM", "_SENT", "_TO")},
    "portal.inbox.rules.texts._SAID": 600,
    "portal.leaving.rules.wishes._MONTH_FIRST": 60,
    "portal.numbers.format._SPOKEN": 40,
    "portal.numbers.format._WITHOUT_ZEROS": 40,
    # Of pages that we print ourselves, in which "<" never stands alone.
    "portal.lead.looking._LINK": 2000,
    "portal.faq.steps._IN_A_LINE": 5000,
    # Matched from the beginning alone, of a line that the operator wrote and of a rule that stands in our code.
    **{f"portal.cli.company.{name}": 2000 for name in ("_HEADER", "_KEY")},
    "portal.foundation.limits._RULE": 100,
    "portal.search.language.thesaurus.REMARK": 500,  # a word of a dictionary of the operating system
}


def patterns() -> Iterator[tuple[str, re.Pattern]]:
    """Every compiled expression of a module, by its name."""
    left_out = {"portal.serving", "portal.running"}
    met: set[int] = set()
    names = [each.name for each in pkgutil.walk_packages(portal.__path__, "portal.")]
    for name in names:
        if "migrations" not in name and name not in left_out:
            importlib.import_module(name)
            for key, value in vars(sys.modules[name]).items():
                if isinstance(value, re.Pattern) and id(value) not in met:
                    met.add(id(value))
                    yield f"{name}.{key}", value


def test_the_list_of_what_is_short_names_expressions_that_are_there():
    assert set(SHORT) <= {name for name, _ in patterns()}


@pytest.mark.long_fault
def test_no_expression_takes_long():
    slow = {}
    for name, pattern in patterns():
        for piece in PIECES:
            text = (piece * LENGTH)[: SHORT.get(name, LENGTH)]
            given = text.encode() if isinstance(pattern.pattern, bytes) else text
            for look in (pattern.search, pattern.fullmatch):
                begun = time.process_time()
                look(given)
                slow |= {name: piece} if time.process_time() - begun > SECONDS else {}
    assert not slow

"""What is written into the history of a question is read at the desk as a sentence, in both languages."""

import ast
from collections.abc import Iterator

from portal.desk.history import _PLAIN, _SENTENCES
from portal.service_levels.rules import Happening
from tests.conftest import ROOT


def _recorded() -> Iterator[str]:
    """Every verb that is written down of a question, as far as it stands in the call."""
    for file in (ROOT / "portal").rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "record" and len(call.args) > 1:
                verb, subject = call.args[:2]
                if getattr(subject, "value", "") == "question" and isinstance(verb, ast.Constant):
                    yield str(verb.value)


def test_every_event_of_a_question_has_its_sentence():
    recorded = {*_recorded(), *(f"question.{each}" for each in Happening)}
    assert len(recorded) > 30
    assert sorted(recorded - {*_SENTENCES, *_PLAIN}) == []

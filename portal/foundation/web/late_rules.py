"""Addresses whose code is written when one is first built: for some 250 of them that is 0.25 s of each start.

Werkzeug compiles two functions for each rule when it is added; most processes build few of these addresses in their
first hour.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class LateRule(Rule):
    """A rule like any other; only `build` takes a millisecond more the first time."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        def build(rule: "LateRule", /, **values: Any) -> tuple[str, str]:
            ready = super(LateRule, rule)._compile_builder(append_unknown).__get__(rule, None)
            setattr(rule, "_build_unknown" if append_unknown else "_build", ready)
            return ready(**values)

        return build

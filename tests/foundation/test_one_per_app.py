"""What an app has one of (portal/foundation/web/here.py)."""

import pytest
from flask import Flask

from portal.foundation.web.here import OnePerApp

pytestmark = pytest.mark.once


def test_each_app_has_its_own_and_the_newest_counts():
    words, ours, theirs = OnePerApp[str]("words"), Flask("ours"), Flask("theirs")
    assert words.put(ours, "first") == "first"
    words.put(ours, "second")
    words.put(theirs, "other")
    with ours.app_context():
        assert words.here() == words.of(ours) == "second"
        assert words.of(theirs) == "other"


def test_what_nobody_puts_in_is_made_once_where_its_module_says_how():
    shelf, app = OnePerApp[dict[str, int]]("shelf", dict), Flask("ours")
    shelf.of(app)["kept"] = 1
    with app.app_context():
        assert shelf.here() == {"kept": 1}
    assert shelf.of(Flask("theirs")) == {}


def test_what_is_not_there_is_named_and_nothing_is_found_outside_of_an_app():
    words, app = OnePerApp[str]("words"), Flask("ours")
    with pytest.raises(KeyError, match="words"):
        words.of(app)
    with app.app_context(), pytest.raises(KeyError, match="words"):
        words.here()
    with pytest.raises(RuntimeError, match="outside of application context"):
        words.here()

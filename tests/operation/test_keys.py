"""Keys can be changed while people are at work (docs/operating.md)."""

import pytest

from tests.cast import ANNA, carry_key, signed_in
from tests.conftest import make_app, running
from tests.questions.asking import filled, fills_in, sends
from tests.visitor import Visitor

TEXT = "Seit Montag ist abends kein Netz da, und der Neustart hilft nicht."


@pytest.mark.once
def test_a_new_secret_key_signs_nobody_out_and_loses_no_typed_word(data, demo):
    with running(make_app(data, demo / "content", secret_key="0123456789abcdef" * 2)) as app:
        anna = signed_in(app, ANNA)
        form = fills_in(anna, body=TEXT)
        (key,) = [each.value for each in anna._client._cookies.values()]
    with running(make_app(data, demo / "content", secret_key="fedcba9876543210" * 2)) as app:
        visitor = Visitor(app)
        carry_key(visitor, app, key)
        assert visitor.opens("/de/account/overview").status == 200
        page = sends(visitor, form)
        assert TEXT in page.text
        for _ in range(2):
            page = page if page.status == 303 else sends(visitor, filled(page))
        assert page.status == 303

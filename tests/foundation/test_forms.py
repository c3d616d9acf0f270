"""Our forms read what was typed by a shorter way than WTForms, and come to the same."""

from datetime import date
from types import SimpleNamespace

import pytest
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from portal.foundation.forms import PublicForm
from portal.foundation.web.sessions import form_token


class _Fields:
    line = StringField("", default="as it was", validators=[InputRequired()])
    text = TextAreaField("", default=lambda: str(date(2026, 11, 29)))
    hidden = HiddenField("")
    secret = PasswordField("")
    one = RadioField("", choices=[("a", "A"), ("b", "B")], default="a", validate_choice=False)
    number = SelectField("", choices=[(1, "1"), (2, "2")], coerce=int, default=2)
    wanted = BooleanField("")

    def validate_hidden(self, field) -> None:
        if field.data == "wrong":
            raise ValidationError("not this")


class Theirs(_Fields, FlaskForm):
    class Meta(FlaskForm.Meta):
        csrf = False


class Ours(_Fields, PublicForm):
    pass


SENT = [
    {},
    {"line": "", "text": "", "hidden": "", "secret": "", "one": "", "number": ""},
    {"line": "typed", "text": "a\nb", "hidden": "wrong", "secret": " x ", "one": "b", "number": "1", "wanted": "y"},
    {"line": ["first", "second"], "number": "none", "one": "c", "unknown": "x"},
]


@pytest.mark.together
@pytest.mark.once
@pytest.mark.parametrize("typed", SENT)
@pytest.mark.parametrize("known", [{}, {"obj": SimpleNamespace(line="of it", number=1)}, {"data": {"text": "of that"}}])
def test_a_form_holds_and_refuses_what_wtforms_would(app, typed, known):
    with app.test_request_context("/de/", method="POST"):
        forms = [kind(MultiDict(typed), **known) for kind in (Theirs, Ours)]
        theirs, ours = [
            (form.validate(), form.errors, [(each.data, each.object_data, each.raw_data) for each in form])
            for form in forms
        ]
    assert ours == theirs


@pytest.mark.once
def test_outside_of_a_request_no_session_is_asked_for_a_token(app):
    assert form_token() == ""
    with app.app_context():
        assert form_token() == ""
